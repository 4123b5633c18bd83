/** What became of many orders: counted, told as it comes under --ndjson, and kept as far as memory must bear it. */
import type { Output } from '../output/output.js';

export interface ResultOf<Outcome extends string> {
  readonly orderId: string;
  readonly outcome: Outcome | 'failed';
}

export interface Results<R> {
  /** Orders by outcome. */
  readonly counts: Readonly<Record<string, number>>;
  /** All of them up to KEPT; of more, those that went as wished are left out first. */
  readonly kept: readonly R[];
  readonly total: number;
  add(results: readonly R[]): void;
}

/** Results in one JSON document; --ndjson tells all. */
const KEPT = 10_000;

/** @param stream where lines go as they come; none without --ndjson */
export function collectResults<R extends ResultOf<string>>(
  stream: Pick<Output, 'data'> | undefined,
  wentWell: (result: R) => boolean,
): Results<R> {
  const counts: Record<string, number> = {};
  let kept: R[] = [];
  let total = 0;
  return {
    counts,
    get kept() {
      return kept;
    },
    get total() {
      return total;
    },
    add(results) {
      for (const result of results) {
        counts[result.outcome] = (counts[result.outcome] ?? 0) + 1;
        stream?.data(result);
      }
      total += results.length;
      kept.push(...results);
      if (kept.length > KEPT)
        kept = [...kept.filter((one) => !wentWell(one)), ...kept.filter(wentWell)].slice(0, KEPT);
    },
  };
}
