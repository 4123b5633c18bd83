/** Temporal: the namespace, those who work in it, and the sweeps. */
import type { Check } from '../check.js';
import { namespace } from './namespace.js';
import { pollers } from './pollers.js';
import { retention } from './retention.js';
import { sweeps } from './sweeps.js';

export const TEMPORAL_CHECKS: readonly Check[] = [namespace, retention, pollers, sweeps];
