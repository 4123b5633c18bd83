/** Notices what became different between two measurements: the lines of the log view. Pure. */
import { formatAge } from '../format/numbers.js';
import { findAttention } from './attention.js';
import { LOG_ENTRIES, SOURCES, type LogEntry, type TopData } from './model.js';

type Noticed = Omit<LogEntry, 'number'>;

/** @param at milliseconds of the dashboard's clock. @returns the later data with what it adds to the log */
export function withChanges(before: TopData, after: TopData, at: number): TopData {
  const noticed = [
    ...changedSources(before, after, at),
    ...changedAttention(before, after, at),
    ...changedSales(before, after, at),
    ...newActions(before, after, at),
  ];
  if (noticed.length === 0) return after;
  const last = Math.max(0, ...after.log.map(({ number }) => number));
  const entries = noticed.map((one, index) => ({ number: last + 1 + index, ...one }));
  // What an operator did bears the time of doing, which is before that of noticing.
  const log = [...entries.reverse(), ...after.log].sort((a, b) => b.at - a.at);
  return { ...after, log: log.slice(0, LOG_ENTRIES) };
}

function changedSources(before: TopData, after: TopData, at: number): Noticed[] {
  return SOURCES.flatMap((name): Noticed[] => {
    const [was, is] = [before.sources[name], after.sources[name]];
    if (is.kind === 'failing' && was.kind !== 'failing')
      return [{ at, severity: 'bad', text: `${name} fails: ${is.failure.message}` }];
    if (is.kind === 'answered' && was.kind === 'failing') {
      const text = `${name} is back after ${formatAge(Math.max(0, at - was.since))}`;
      return [{ at, severity: 'good', text }];
    }
    return [];
  });
}

/** Sources have lines of their own. */
function changedAttention(before: TopData, after: TopData, at: number): Noticed[] {
  const told = (data: TopData) =>
    new Map(
      findAttention(data, at)
        .filter(({ key }) => !key.startsWith('source:'))
        .map((one) => [one.key, one] as const),
    );
  const [was, is] = [told(before), told(after)];
  const come = [...is.values()].filter(({ key }) => !was.has(key));
  const gone = [...was.values()].filter(({ key }) => !is.has(key));
  return [
    ...come.map(({ severity, message }): Noticed => ({ at, severity, text: message })),
    ...gone.map(({ message }): Noticed => ({ at, severity: 'good', text: `over: ${message}` })),
  ];
}

function changedSales(before: TopData, after: TopData, at: number): Noticed[] {
  const was = new Map(before.looks.catalog?.sales.map((sale) => [sale.productId, sale.state]));
  return (after.looks.catalog?.sales ?? []).flatMap(({ productId, state }): Noticed[] => {
    const earlier = was.get(productId);
    if (earlier === undefined || earlier === state) return [];
    const severity = state === 'OPEN' ? 'good' : 'warning';
    return [{ at, severity, text: `sale of ${productId}: ${earlier} to ${state}` }];
  });
}

/** What was done before the dashboard was opened is told too, with its own time: it explains what is seen. */
function newActions(before: TopData, after: TopData, at: number): Noticed[] {
  const look = after.looks.catalog;
  if (!look || look === before.looks.catalog) return [];
  const newest = before.looks.catalog?.actions[0]?.actionId ?? '0';
  return look.actions
    .filter(({ actionId }) => BigInt(actionId) > BigInt(newest))
    .map((action): Noticed => {
      const age = Math.max(0, look.clock - action.at);
      return { at: at - age, severity: 'info', text: action.text };
    })
    .reverse();
}
