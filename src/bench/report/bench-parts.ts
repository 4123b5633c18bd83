/** What every benchmark is given. */
import type { Lifecycle } from '../../core/lifecycle.js';
import type { Log } from '../../core/log.js';
import type { Voice } from '../voice.js';

export interface BenchParts {
  readonly log: Log;
  /** Owns all that is started; its end is the end of the benchmark. */
  readonly lifecycle: Lifecycle;
  readonly voice: Voice;
}
