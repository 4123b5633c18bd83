/** `ordersctl help contexts`: what a context is, what it holds and what its marks do. */
import { contextsPath } from '../../core/config/contexts.js';
import type { CliContext } from '../context.js';
import { wrapHelp } from './wrap-help.js';

const RULES = [
  'A context is a place by name: the addresses of its servers, its prefix and namespace, and its marks. No address comes from anywhere else while it is used.',
  'One that is asked for, by --context NAME or ORDERSCTL_CONTEXT, goes before the environment. The current one (ordersctl context use) is left out where the environment names a store. --context none uses none.',
  'dev, demo and bench, and the roles they start, use no context. serve, consume and worker use a production context only when it is asked for.',
  'production: every change wants --reason, and the name of the context, typed or by --confirm NAME; --yes is not enough. worker refuses simulated payments.',
  'readOnly: every change is refused (exit 4), --dry-run is not. --read-only does the same for one command.',
  'A mark stays whatever else is said; ORDERSCTL_PRODUCTION and ORDERSCTL_READ_ONLY set one without a context.',
  'Secrets are better kept apart: databaseUrlFile names a file that holds databaseUrl, relative to the file of contexts.',
] as const;

const EXAMPLE = `{
  "current": "staging",
  "contexts": {
    "staging": { "databaseUrl": "postgres://app@db.staging/shop", "readOnly": true },
    "prod": {
      "databaseUrlFile": "prod.url",
      "redisUrl": "redis://redis.prod:6379/0",
      "production": true
    }
  }
}`;

export function showContextRules({ output, io }: CliContext): void {
  const file = contextsPath(io.env) ?? null;
  if (output.json) return output.data({ file, rules: RULES, example: JSON.parse(EXAMPLE) as unknown });
  const width = output.width ?? 100;
  for (const rule of RULES) output.line(wrapHelp(rule, width));
  output.line();
  output.line(
    `They are kept in ${file ?? '$XDG_CONFIG_HOME/ordersctl/contexts.json'}, which ordersctl context set writes:`,
  );
  output.line();
  output.line(EXAMPLE);
}
