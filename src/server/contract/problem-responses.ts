/** The error answers of an operation, one for each status, with the codes that it may carry. */
import { ERROR_CODES, type ErrorCode } from '../../core/errors.js';
import { PROBLEM_TITLES } from '../http/problem-titles.js';
import { referTo, type JsonSchema } from './json-schemas.js';

const RETRY_AFTER: JsonSchema = {
  description: 'Seconds after which the same request makes sense again',
  schema: { type: 'integer', minimum: 1 },
};
const WWW_AUTHENTICATE: JsonSchema = { required: true, schema: { type: 'string', const: 'Bearer' } };

/** Answered before a request has reached its operation, for a head that is too slow or too large. */
const BEFORE_ANY = [408, 431] as const;

/** @param codes that the operation answers; INTERNAL and what every request may meet are added */
export function makeProblemResponses(codes: readonly ErrorCode[]): Readonly<Record<string, JsonSchema>> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of [...codes, 'INTERNAL'] as const) {
    const { httpStatus } = ERROR_CODES[code];
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), code]);
  }
  for (const status of BEFORE_ANY) byStatus.set(status, ['INPUT_INVALID']);
  return Object.fromEntries([...byStatus].map(([status, own]) => [status, makeResponse(status, own)]));
}

function makeResponse(status: number, codes: readonly ErrorCode[]): JsonSchema {
  const headers = headersOf(status, codes);
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEM_TITLES[code] ?? 'Internal error'}`).join('. '),
    ...(Object.keys(headers).length > 0 && { headers }),
    content: {
      'application/problem+json': {
        schema: {
          allOf: [
            referTo('Problem'),
            { type: 'object', properties: { status: { const: status }, code: { enum: [...codes] } } },
          ],
        },
      },
    },
  };
}

function headersOf(status: number, codes: readonly ErrorCode[]): Readonly<Record<string, JsonSchema>> {
  const retryable = codes.filter((code) => ERROR_CODES[code].retryable);
  return {
    ...(retryable.length > 0 && {
      'Retry-After': { ...RETRY_AFTER, required: retryable.length === codes.length },
    }),
    ...(status === 401 && { 'WWW-Authenticate': WWW_AUTHENTICATE }),
  };
}
