/** Turns every error into one `application/problem+json` answer (RFC 9457) that tells nothing internal. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppError } from '../../core/errors.js';
import { toAppError, type ErrorCode } from '../../core/errors.js';
import type { Log } from '../../core/log.js';
import type { Problem } from './problem-schema.js';
import { PROBLEM_TITLES } from './problem-titles.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { traceIdOf } from './trace-id.js';

/** What a 5xx says instead of the error's own message, which may name hosts, statements or files. */
const RETRY_DETAIL = 'Try again after Retry-After seconds, with the same Idempotency-Key if one was sent.';
const INTERNAL_DETAIL = 'The failure was recorded; quote the traceId when asking about it.';

/** Seconds to wait when the error itself names none. */
const RETRY_AFTER_SECONDS: Readonly<Partial<Record<ErrorCode, number>>> = { SALE_PAUSED: 5, REBUILDING: 2 };

/** @param traceId 32 hex digits */
export function toProblem(error: AppError, traceId: string): Problem {
  const title = PROBLEM_TITLES[error.code];
  const foreseen = title !== undefined;
  const status = foreseen ? error.httpStatus : 500;
  return {
    type: `urn:ordersctl:problem:${(foreseen ? error.code : 'INTERNAL').toLowerCase().replaceAll('_', '-')}`,
    title: title ?? 'Internal error',
    status,
    code: foreseen ? error.code : 'INTERNAL',
    detail: status < 500 ? error.message : foreseen ? RETRY_DETAIL : INTERNAL_DETAIL,
    retryable: foreseen && error.retryable,
    traceId,
  };
}

/**
 * Seconds for `Retry-After`; undefined when waiting cannot help. A 503 is spread, so that refused buyers do not come
 * back as one wave; the opening of a sale is exact.
 */
export function retryAfterOf(error: AppError): number | undefined {
  if (!error.retryable || PROBLEM_TITLES[error.code] === undefined) return undefined;
  const base = Math.max(1, Math.ceil(error.retryAfterSeconds ?? RETRY_AFTER_SECONDS[error.code] ?? 1));
  return error.httpStatus === 503 ? base + Math.floor(Math.random() * (base + 1)) : base;
}

export interface SendProblem {
  /** Answers `request` with the problem that `thrown` is. @returns the error as it was understood */
  (request: IncomingMessage, response: ServerResponse, thrown: unknown): AppError;
}

/** The one place where serve renders errors. What nobody foresaw is logged with its cause and the trace id. */
export function createSendProblem(log: Log): SendProblem {
  return (request, response, thrown) => {
    const error = toAppError(thrown);
    const traceId = traceIdOf(request);
    const problem = toProblem(error, traceId);
    if (problem.code === 'INTERNAL') {
      log.error({ err: error, traceId, method: request.method }, 'request failed');
    }
    if (response.headersSent) {
      response.destroy();
      return error;
    }
    const body = JSON.stringify(problem);
    const headers: Record<string, string | number> = {
      ...SECURITY_HEADERS,
      'Content-Type': 'application/problem+json; charset=utf-8',
      'Content-Length': Buffer.byteLength(body),
    };
    const retryAfter = retryAfterOf(error);
    if (retryAfter !== undefined) headers['Retry-After'] = retryAfter;
    if (problem.status === 401) headers['WWW-Authenticate'] = 'Bearer';
    response.writeHead(problem.status, headers);
    response.end(request.method === 'HEAD' ? undefined : body);
    return error;
  };
}
