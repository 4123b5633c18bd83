/** Whether this is meant to be the real thing, and its connections fit that. */
import type { Config } from '../../config/schema.js';
import type { Check } from '../check.js';
import { isLoopback } from '../rehearsal.js';
import { ok, warning, type Verdict } from '../verdict.js';

type Marks = Pick<Config, 'production' | 'context' | 'readOnly' | 'redisUrl' | 'databaseUrl'>;

export function judgeProduction(config: Marks): Verdict {
  const { production, context, readOnly, redisUrl, databaseUrl } = config;
  const where = context === undefined ? 'no context' : `context ${context}`;
  const marks = `${where}, ${production ? 'production' : 'not marked as production'}${readOnly ? ', read-only' : ''}`;
  if (!production) return ok(marks);
  const plain = [
    ...(redisUrl?.startsWith('redis:') && !isLoopback(redisUrl) ? ['Redis'] : []),
    ...(databaseUrl !== undefined && !isLoopback(databaseUrl) && !/[?&]sslmode=/.test(databaseUrl)
      ? ['PostgreSQL']
      : []),
  ];
  if (plain.length === 0) return ok(marks);
  return warning(
    `${marks}: ${plain.join(' and ')} without TLS (rediss://, sslmode=verify-full)`,
    'ordersctl config show --origin',
  );
}

export const production: Check = {
  id: 'config.production',
  title: 'context',
  needs: [],
  look: ({ config }) => judgeProduction(config),
};
