import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { summarizeHistory, type HistoryEvent } from '../../../src/core/temporal/summarize-history.js';

/** As the server sends them: bytes as bytes. Times stay as they are saved, seconds and nanoseconds. */
function summaryOf(name: string, events = Infinity) {
  const url = new URL(`../../worker/histories/${name}.json`, import.meta.url);
  const saved = JSON.parse(readFileSync(url, 'utf8'), (key, value: unknown) =>
    key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64') : value,
  ) as { events: HistoryEvent[] };
  return summarizeHistory(saved.events.slice(0, events), false);
}

it('counts steps inside the workflow task and by themselves, timers and updates', () => {
  expect(summaryOf('asked-again-after-an-interruption')).toEqual({
    events: 23,
    truncated: false,
    activities: [
      { type: 'beginOrder', done: 2, failed: 0, open: 0 },
      { type: 'requestPayment', done: 1, failed: 0, open: 1 },
      { type: 'confirmOrder', done: 2, failed: 0, open: 0 },
    ],
    timers: { running: 1, fired: 0, cancelled: 0 },
    nextTimer: expect.any(Date) as Date,
    updates: { done: 1, open: 0 },
    signals: 0,
    failedTasks: 0,
  });
});

it('tells what is open while the saga is at it', () => {
  const summary = summaryOf('asked-again-after-an-interruption', 10);
  expect(summary.activities).toContainEqual({ type: 'requestPayment', done: 0, failed: 0, open: 1 });
  expect(summary.updates).toEqual({ done: 0, open: 1 });
});
