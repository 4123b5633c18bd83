/** What is asked only while a view shows it. */
import type { DetailName, DetailSample } from '../state/details.js';
import type { TopState } from '../state/model.js';

export interface DetailSource {
  readonly name: DetailName;
  /** At least so long between two looks, however short the interval. Milliseconds. */
  readonly everyMs: number;
  /** After this it counts as away, though its late answer is still taken. Milliseconds. */
  readonly timeoutMs: number;
  /** What exactly is wanted now, as text: when it changes, it is asked at once. Null while it is not shown. */
  wish(state: TopState): string | null;
  /** One bounded look. Rejects when the store does not answer. */
  poll(wish: string): Promise<DetailSample>;
}
