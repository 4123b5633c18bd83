import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ERROR_CODES } from '../../src/core/errors.js';
import { ROLES } from '../../src/core/names.js';
import { EVENT_OUTCOMES } from '../../src/server/payments/payment-event.js';
import { REPOSITORY } from '../support/binary.js';
import { readAlerts, selectorsOf, type Alert } from './alert-rules.js';
import { readPage, readSections } from './guide-page.js';
import { createGuideStand, type GuideStand } from './guide-stand.js';

const alerts = readAlerts(readFileSync(join(REPOSITORY, 'deploy/alerts.yml'), 'utf8'));
const guide = readPage('docs/operations.md');

/** Every value that a label of these metrics can have; what is no label of theirs is not here. */
const VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  ordersctl_build_info: { role: ROLES },
  ordersctl_reservations_total: { result: ['accepted', 'repeated', ...Object.keys(ERROR_CODES)] },
  ordersctl_payment_callbacks_total: { result: [...EVENT_OUTCOMES, ...Object.keys(ERROR_CODES)] },
  ordersctl_gateway_calls_total: { call: ['payment', 'refund'], result: ['captured', 'unknown'] },
  ordersctl_events_total: { role: ROLES, code: ['started', 'confirmed', 'dead_lettered'] },
  ordersctl_latency_seconds: { measure: ['accept'] },
};

describe('deploy/alerts.yml', () => {
  let stand: GuideStand;
  /** By name, with the roles that show it. */
  const shown = new Map<string, Set<string>>();
  beforeAll(async () => {
    stand = await createGuideStand('alerts');
    await stand.start('consume');
    await stand.start('worker');
    for (const [role, address] of [
      ['serve', 'SERVE:9464'],
      ['consume', 'CONSUME:9465'],
      ['worker', 'WORKER:9466'],
    ] as const) {
      const text = await (await fetch(`http://${stand.word(address)}/metrics`)).text();
      for (const [, name = ''] of text.matchAll(/^# TYPE (\w+) /gm)) {
        shown.set(name, (shown.get(name) ?? new Set()).add(role));
      }
    }
  });
  afterAll(() => stand.close());

  it('has rules, each with what Prometheus wants of one, under a name of its own', () => {
    expect(alerts.length).toBeGreaterThan(10);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const rule of alerts) {
      expect(rule).toMatchObject({
        alert: expect.stringMatching(/^[A-Z]\w+$/) as string,
        expr: expect.stringMatching(/\S/) as string,
        severity: expect.stringMatching(/^(page|watch)$/) as string,
        summary: expect.stringMatching(/^[A-Z"'{][^]*\.["']?$/) as string,
        command: expect.stringMatching(/^(ordersctl|curl) /) as string,
      });
      expect(balanced(rule.expr), rule.expr).toBe(true);
    }
  });

  it('asks for metrics that the roles show, by labels and values that they have', () => {
    for (const { alert, expr } of alerts) {
      const selectors = selectorsOf(expr);
      expect(selectors.length, alert).toBeGreaterThan(0);
      for (const { metric, labels } of selectors) {
        const name = metric.replace(/_bucket$/, '');
        expect([...(shown.get(name) ?? [])], `${alert}: ${metric}`).not.toEqual([]);
        for (const [label, values] of Object.entries(labels)) {
          const known = VALUES[name]?.[label] ?? [];
          for (const value of values)
            expect(known, `${alert}: ${metric}{${label}="${value}"}`).toContain(value);
        }
      }
    }
  });

  it('has values that are written in the program', () => {
    // Those that no list holds: what a role counts under a name fixed in its code.
    const counted = {
      started: 'src/consumer/handle-chunk.ts',
      dead_lettered: 'src/consumer/handle-chunk.ts',
      confirmed: 'src/worker/activities/confirm-order.ts',
      unknown: 'src/worker/payments/measure-gateway.ts',
      accept: 'src/server/accept/accept-handler.ts',
    };
    for (const [value, path] of Object.entries(counted)) expect(readPage(path)).toContain(`'${value}'`);
  });

  it('is explained line by line in the guide, with commands that the guide runs', () => {
    const explained = [...guide.matchAll(/^\| `([A-Z]\w+)` \|/gm)].map(([, name]) => name);
    expect(explained.filter((name) => alerts.some(({ alert }) => alert === name))).toEqual(
      alerts.map(({ alert }) => alert),
    );
    const run = new Set(
      ['docs/operations.md', 'docs/before-a-sale.md'].flatMap((path) =>
        readSections(path).flatMap(({ commands }) => commands),
      ),
    );
    const pipes = (command: string) => command.split(' | ')[0] ?? '';
    const known = [...run].map(pipes);
    for (const { alert, command } of alerts) expect(known, alert).toContain(pipes(command ?? ''));
  });

  it('and the guide name only metrics that there are', () => {
    const named = new Set([...guide.matchAll(/\bordersctl_[a-z_]*[a-z]\b/g)].map(([name]) => name));
    for (const name of named) {
      // A group of names, as grep takes them.
      if (guide.includes(`${name}_(`) || guide.includes(`${name}_\``)) continue;
      expect([...shown.keys()], name).toContain(name);
    }
  });
});

function balanced(expr: Alert['expr']): boolean {
  let depth = 0;
  for (const char of expr.replace(/"[^"]*"/g, '')) {
    if ('({['.includes(char)) depth += 1;
    if (')}]'.includes(char)) depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
