/** `ordersctl help output`: the contract of what commands print. */
import { wrapHelp } from './wrap-help.js';
import type { Output } from '../output/output.js';

const RULES = [
  'stdout is data only; progress, warnings, questions and errors go to stderr.',
  '--json, or ORDERSCTL_OUTPUT=json, prints one JSON document; live commands print one object a line.',
  'An empty list is [], a missing value is null. Names are camelCase, ids are strings, times are ISO 8601 in UTC.',
  'Money is {"amountMinor": 4990, "currency": "EUR"}: minor units, never a float. Fields are only ever added.',
  'Under --json an error is {"error": {"code", "message", "hint", "retryable"}} on stderr.',
  'On a terminal tables fit its width. In a pipe they keep whole lines and their columns, and lose lines and colours.',
  'NO_COLOR, TERM=dumb and --no-color switch colours off; FORCE_COLOR keeps them in a pipe.',
  'A reader that goes away, as in | head -1, ends the command quietly with exit code 0.',
  'Bulk changes ask on a terminal; without one they refuse (exit 4) unless --yes is given. --dry-run shows the plan.',
  'In a production context every change asks for its name, or takes --confirm NAME; ordersctl help contexts.',
] as const;

export function showOutputRules(output: Output): void {
  if (output.json) return output.data({ rules: RULES });
  for (const rule of RULES) output.line(wrapHelp(rule, output.width ?? 100));
}
