/** A list again and again: drawn over itself on a terminal, frame after frame or one JSON document each in a pipe. */
import { pause } from '../../core/back-off.js';
import { EXIT, toAppError } from '../../core/errors.js';
import { createPartialAnswer, type PartialAnswer } from '../../core/partial-answer.js';
import type { TriageSources } from '../../core/triage/triage-sources.js';
import type { CliContext } from '../context.js';
import { clearScreen, enterAlternateScreen } from '../top/terminal.js';
import { renderRows, toRowJson } from './listed-row.js';
import type { ListOptions, ListPlan } from './options.js';
import { readPage } from './read-page.js';
import { readSummary, renderSummary } from './summary.js';

interface Frame {
  readonly at: Date;
  readonly text: string;
  readonly json: object;
  readonly matched: number;
}

/** Time, and what is away or more. */
const LINES_BESIDE = 4;
const LINES_OF_TABLE_HEAD = 2;

/**
 * The first Ctrl-C or SIGTERM ends it, with 0. A store that goes away later is told in the frames, and asked again.
 * @throws AppError of the first look when Postgres is away then
 */
export async function runWatch(
  context: CliContext,
  sourcesOf: (answer: PartialAnswer) => TriageSources,
  options: ListOptions,
  plan: ListPlan,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    const last = await watch(context, () => lookOnce(context, sourcesOf, options, plan), {
      everyMs: options.interval,
      signal: stop.signal,
    });
    if (options.failIfAny && last && last.matched > 0) context.exitWith(EXIT.problem);
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  }
}

/** @returns the last frame that was shown */
async function watch(
  { io, output }: CliContext,
  look: () => Promise<Frame>,
  { everyMs, signal }: { readonly everyMs: number; readonly signal: AbortSignal },
): Promise<Frame | undefined> {
  let shown: Frame | undefined = await look();
  const redraws = output.decorated && !output.json;
  const leave = redraws ? enterAlternateScreen(io.stdout) : () => undefined;
  const show = (frame: Frame) => {
    shown = frame;
    if (output.json) return output.data(frame.json);
    if (redraws) clearScreen(io.stdout);
    output.line(frame.text);
    if (!redraws) output.line();
  };
  try {
    show(shown);
    for (;;) {
      await pause(everyMs, signal);
      if (signal.aborted) break;
      const frame = await unlessAborted(look().catch(toFailure), signal);
      if (!frame) break;
      if ('failure' in frame) output.note(`${frame.failure}; asking again`);
      else show(frame);
    }
  } finally {
    leave();
  }
  // What was seen last stays in the terminal's own history.
  if (redraws && shown) output.line(shown.text);
  return shown;
}

/** Takes its listener away again: over hours of watching they would pile up. @returns undefined when the signal was first */
async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    onAbort = () => resolve(undefined);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function toFailure(error: unknown): { readonly failure: string } {
  const { code, message } = toAppError(error);
  if (code === 'UNAVAILABLE') return { failure: message };
  throw error;
}

async function lookOnce(
  context: CliContext,
  sourcesOf: (answer: PartialAnswer) => TriageSources,
  options: ListOptions,
  plan: ListPlan,
): Promise<Frame> {
  const { output, flags } = context;
  // Anew for each look: a store that was away is asked again.
  const answer = createPartialAnswer();
  const at = new Date();
  if (options.summary) {
    const { counts, matched } = await readSummary(sourcesOf(answer), plan);
    const text = framed(at, renderSummary(output, counts), answer);
    return { at, text, json: { at, ...counts, unavailable: answer.unavailable }, matched };
  }
  const { rows, more, endedAfter } = await readPage(sourcesOf(answer), plan, undefined);
  const shown = rows.slice(0, roomFor(context));
  const left = rows.length - shown.length;
  const text = [
    rows.length === 0 ? 'No orders match.' : renderRows(output, shown, at.getTime()),
    ...(left > 0 || more
      ? [output.colours.faint(left > 0 ? `${left} more below` : 'more: raise --limit')]
      : []),
    ...(endedAfter === null ? [] : [output.colours.warning(`only ${endedAfter} orders were looked at`)]),
  ].join('\n');
  const orders = rows.map((row) => toRowJson(row, flags));
  return {
    at,
    text: framed(at, text, answer),
    json: { at, orders, complete: more === null, unavailable: answer.unavailable },
    matched: rows.length,
  };
}

function framed(at: Date, text: string, { unavailable }: PartialAnswer): string {
  const away = unavailable.map(({ store, reason }) => `unavailable: ${store}: ${reason}`);
  return [at.toISOString(), text, ...away].join('\n');
}

/** Rows that fit the terminal; all of them in a pipe. */
function roomFor({ io, output }: CliContext): number {
  if (!output.decorated || output.json) return Infinity;
  return Math.max(1, (io.stdout.rows ?? 24) - LINES_BESIDE - LINES_OF_TABLE_HEAD);
}
