/** The headers by which callers learn of rate limits, where such limits are configured. */
import type { JsonSchema } from './json-schemas.js';

export const RATE_LIMIT_HEADERS: Readonly<Record<string, JsonSchema>> = {
  RateLimit: {
    description:
      'By limit: `r` requests left, `t` seconds until there are more (draft-ietf-httpapi-ratelimit-headers)',
    schema: { type: 'string', examples: ['"customer";r=9;t=1'] },
  },
  'RateLimit-Policy': {
    description: 'The limits: `q` requests in `w` seconds',
    schema: { type: 'string', examples: ['"customer";q=10;w=1'] },
  },
};

/** Answered before anybody is counted: who asks, or what, is not known yet. */
const BEFORE_COUNTING: ReadonlySet<string> = new Set(['400', '401', '408', '413', '415', '431']);

/** Adds them to every response that comes after the limits were looked at. */
export function withRateLimit(
  responses: Readonly<Record<string, JsonSchema>>,
): Readonly<Record<string, JsonSchema>> {
  const references = Object.fromEntries(
    Object.keys(RATE_LIMIT_HEADERS).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => [
      status,
      BEFORE_COUNTING.has(status)
        ? response
        : { ...response, headers: { ...(response['headers'] as object | undefined), ...references } },
    ]),
  );
}
