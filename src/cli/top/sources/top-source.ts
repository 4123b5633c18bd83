/** What the collector asks of a store. */
import type { DetailName } from '../state/details.js';
import type { Sample, SourceName } from '../state/model.js';

export interface TopSource {
  readonly name: SourceName | DetailName;
  /** Its first poll waits for the first one of this source, whose answer it needs. */
  readonly after?: SourceName;
  /** One cheap look; bounded by the client's own time-outs. Rejects when the store does not answer. */
  poll(): Promise<Sample>;
  close(): Promise<void>;
}
