/** The signals by which people and supervisors ask a process to end: the first asks for order, a further one for haste. */
import { EXIT } from './errors.js';

export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM'] as const;
export type EndingSignal = (typeof ENDING_SIGNALS)[number];

/** Node's own answer, to end at once, is off until the undo is called. @returns undo */
export function onEndingSignals(
  first: (signal: EndingSignal) => void,
  further: (signal: EndingSignal) => void,
): () => void {
  let seen = false;
  const listeners = ENDING_SIGNALS.map((signal) => {
    const listener = () => {
      if (seen) return further(signal);
      seen = true;
      first(signal);
    };
    process.on(signal, listener);
    return () => process.off(signal, listener);
  });
  return () => listeners.forEach((off) => off());
}

/** 128 and the number of the signal, as shells report it. */
export function exitCodeOfSignal(signal: EndingSignal): number {
  return signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated;
}
