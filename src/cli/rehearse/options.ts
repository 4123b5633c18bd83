/** What a rehearsal is asked for, as the command has parsed it. */
import type { KillPoint } from '../../bench/rehearse/names.js';
import type { MutationOptions } from '../mutation/options.js';

export interface RehearseOptions extends MutationOptions {
  /** Origins; default: PORT on this machine. */
  readonly api?: readonly string[];
  readonly rate: number;
  /** Milliseconds. */
  readonly duration: number;
  readonly ramp: number;
  readonly burst: number;
  readonly units: number;
  readonly products: number;
  readonly seed: number;
  /** Percent of the buyers. */
  readonly abandon: number;
  readonly late: number;
  readonly cheat: number;
  readonly kill: readonly KillPoint[];
  readonly withRoles?: true;
  /** Replicas of a serve of its own. */
  readonly serve: number;
  /** The binary of another build, for roles of its own. */
  readonly rolesFrom?: string;
  /** Milliseconds. */
  readonly targetP50: number;
  readonly targetP99: number;
  readonly realPayments?: true;
  readonly keep?: true;
  readonly html?: string;
  readonly force?: true;
  /** A run: only its leftovers are removed. */
  readonly clean?: string;
  readonly dashboard: boolean;
}

/** 3,600,000 buyers are an hour of a thousand a second. */
export const MOST = { rate: 20_000, buyers: 3_600_000, units: 100_000, products: 50, serve: 16 } as const;

export const DEFAULTS = {
  rate: 200,
  durationMs: 20_000,
  rampMs: 2_000,
  burst: 200,
  units: 300,
  products: 3,
  abandon: 5,
  late: 2,
  cheat: 3,
  targetP50Ms: 500,
  targetP99Ms: 2_000,
} as const;
