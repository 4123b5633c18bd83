/** Words and figures that the live screen, the compact view and the plain frame share. */
import { formatDuration } from '../../../core/duration.js';
import { SOURCES, type SourceName } from '../state/model.js';
import type { ProductFigures, SourceFigures, TopSnapshot } from '../state/snapshot.js';
import { formatAge, formatClock, formatCount, formatRate } from './numbers.js';

/** `sale OPEN 00:12:41`; `sale 3 open 1 paused` where products differ. */
export function saleText({ sale }: TopSnapshot): string {
  if (sale === null) return 'sale ?';
  const { state, openForMs } = sale;
  const since = openForMs === null ? '' : ` ${formatClock(openForMs)}`;
  if (state !== 'MIXED') return `sale ${state}${since}`;
  const parts = (['open', 'waiting', 'paused', 'closed'] as const).filter((one) => sale[one] > 0);
  return `sale ${parts.map((one) => `${sale[one]} ${one.toUpperCase()}`).join(' ')}${since}`;
}

/** `postgres 1s`, and a word when it is not well. */
export function freshnessOf(name: SourceName, { state, ageMs }: SourceFigures): string {
  if (state === 'waiting') return `${name} waiting`;
  const age = ageMs === null ? '-' : formatAge(ageMs);
  return state === 'failing' ? `${name} ${age} AWAY` : `${name} ${age}`;
}

/** What a tile says whose figures are not of now: `away: kafka 14s`; nothing while all of them answer. */
export function awayText(named: readonly (readonly [name: string, source: SourceFigures])[]): string {
  const away = named.filter(([, { state }]) => state === 'failing');
  if (away.length === 0) return '';
  return `away: ${away.map(([name, { failingForMs }]) => `${name} ${formatAge(failingForMs ?? 0)}`).join(', ')}`;
}

/** The same of what one view is read from, with the reason. */
export function lastKnownText({ state, failingForMs, error }: SourceFigures): string {
  return state === 'failing'
    ? `last known: no answer for ${formatAge(failingForMs ?? 0)}: ${error ?? ''}`
    : '';
}

export function freshnessLine(snapshot: TopSnapshot, separator: string): string {
  return SOURCES.map((name) => freshnessOf(name, snapshot.sources[name])).join(` ${separator} `);
}

/** Which stage, what waits there, and by its growth or by how long it needs, why. Short: it has one line. */
export function bottleneckLine({ bottleneck, ...queues }: TopSnapshot['pipeline']): string {
  const isKnown = [queues.outboxDepth, queues.kafkaLag, queues.temporalBacklog].some((one) => one !== null);
  if (!isKnown) return 'bottleneck: not known';
  if (!bottleneck) return 'bottleneck: none';
  const { stage, queue, waiting, growthPerSecond, drainSeconds } = bottleneck;
  const left = drainSeconds === null ? 'none taken' : `${formatDuration(drainSeconds * 1_000)} left`;
  const why = growthPerSecond >= 1 ? `+${formatRate(growthPerSecond)}/s` : left;
  return `bottleneck: ${stage}, ${queue} ${formatCount(waiting, 5).trim()}, ${why}`;
}

/** The verdict on one product, as a word: colour alone would be lost on some. */
export function conservationMark(product: ProductFigures): string {
  if (!product.conserved)
    return `BROKEN ${signed(product.seeded - product.available - product.held - product.sold)}`;
  if (product.redisLoaded === false) return 'NOT LOADED';
  if (product.redisDrift !== null && product.redisDrift !== 0) return `DRIFT ${signed(product.redisDrift)}`;
  return product.sale === null || product.sale === 'OPEN' ? 'ok' : `ok ${product.sale}`;
}

function signed(units: number): string {
  return units > 0 ? `+${units}` : String(units);
}

/** Refusals by code as `SOLD_OUT 4188  CUSTOMER_LIMIT 12`, in lines of some length: a code stays with its number. */
export function refusalsLines(snapshot: TopSnapshot, room = Infinity): string[] {
  const lines: string[] = [];
  const byCode = Object.entries(snapshot.rates?.refusedByCode ?? {}).sort((a, b) => b[1] - a[1]);
  for (const [code, perSecond] of byCode) {
    const text = `${code} ${formatRate(perSecond)}`;
    const last = lines.at(-1);
    if (last !== undefined && last.length + 2 + text.length <= room)
      lines[lines.length - 1] = `${last}  ${text}`;
    else lines.push(text);
  }
  return lines;
}
