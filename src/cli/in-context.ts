/** Commands to paste that reach the same stores as the command that prints them. */
import type { GlobalFlags } from './global-flags.js';

/** A context that was named on the command line is not the one that the next command would use by itself. */
export function inContext({ context }: GlobalFlags, command: string | null): string | null {
  if (command === null || context === undefined) return command;
  return `${command} --context ${context}`;
}
