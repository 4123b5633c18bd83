/** The words of the first line, chosen so that they fit: what tells where one is goes last. */
import type { Place } from '../place.js';
import { fit } from './numbers.js';
import type { Symbols } from './symbols.js';

export interface HeaderParts {
  readonly place: string;
  readonly sale: string;
  readonly every: string;
}

export interface HeaderWords {
  readonly place: Pick<Place, 'where' | 'context' | 'production' | 'readOnly'>;
  readonly sale: string;
  readonly intervalMs: number;
}

/** Of a place, however little room there is. */
const LEAST_PLACE = 10;

/** @param room columns for all three, each with the two blanks before it */
export function headerParts(
  { place, sale, intervalMs }: HeaderWords,
  room: number,
  symbols: Symbols,
): HeaderParts {
  const every = `every ${String(intervalMs / 1_000)}s`;
  const [long, short] = placeTexts(place, symbols);
  const left = room - (sale.length + 2) - (every.length + 2) - 2;
  if (long.length <= left) return { place: long, sale, every };
  if (short.length <= left) return { place: short, sale, every };
  const withoutEvery = left + every.length + 2;
  const width = Math.max(LEAST_PLACE, left < LEAST_PLACE ? withoutEvery : left);
  return {
    place: fit(short, Math.min(short.length, width), symbols.ellipsis),
    sale,
    every: left < LEAST_PLACE ? '' : every,
  };
}

function placeTexts(
  { where, context, production, readOnly }: HeaderWords['place'],
  symbols: Symbols,
): [string, string] {
  const name = context === null ? where : `ctx: ${context}`;
  const mark = production ? ` ${symbols.production}` : '';
  const words = `${production ? ' PRODUCTION' : ''}${readOnly ? ' read-only' : ''}`;
  return [`${name}${mark}${words}`, `${mark === '' ? '' : `${symbols.production} `}${name}`];
}
