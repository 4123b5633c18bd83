/** Lets the pages of configured origins call the API from a browser (the CORS protocol of the Fetch standard). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from './security-headers.js';

const METHODS = 'GET, HEAD, POST';
const REQUEST_HEADERS = 'Authorization, Content-Type, Idempotency-Key, Last-Event-ID';
/** What a page may read beyond what browsers always show. */
const EXPOSED_HEADERS = 'Location, Retry-After, RateLimit, RateLimit-Policy';
/** How long a browser may remember the preflight. */
const MAX_AGE_SECONDS = 600;

export interface Cors {
  /** Adds the headers to the answer. @returns true when it was a preflight and has been answered */
  (request: IncomingMessage, response: ServerResponse): boolean;
}

/**
 * Tokens are sent by the page itself, so no answer allows credentials: cookies of a browser are never believed.
 * @param origins exact; without any nothing is added and the browser keeps every page out
 */
export function createCors(origins: readonly string[] = []): Cors {
  const allowed = new Set(origins);
  if (allowed.size === 0) return () => false;
  return (request, response) => {
    // Also where the origin is not allowed: a cache must not give one origin's answer to another.
    response.setHeader('Vary', 'Origin');
    const { origin } = request.headers;
    if (origin === undefined || !allowed.has(origin)) return false;
    response.setHeader('Access-Control-Allow-Origin', origin);
    response.setHeader('Access-Control-Expose-Headers', EXPOSED_HEADERS);
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined;
    if (!isPreflight) return false;
    response.writeHead(204, {
      ...SECURITY_HEADERS,
      'Access-Control-Allow-Methods': METHODS,
      'Access-Control-Allow-Headers': REQUEST_HEADERS,
      'Access-Control-Max-Age': MAX_AGE_SECONDS,
    });
    response.end();
    return true;
  };
}
