/** The body of every error answer (RFC 9457). */
import { z } from 'zod';
import type { ErrorCode } from '../../core/errors.js';
import { PROBLEM_TITLES } from './problem-titles.js';

/** Every code that a request can be answered with. */
export const PROBLEM_CODES = [
  ...(Object.keys(PROBLEM_TITLES) as ErrorCode[]),
  'INTERNAL',
] as const satisfies readonly ErrorCode[];

export const problemSchema = z
  .object({
    type: z.string().describe('Stable: the same for every answer with this code'),
    title: z.string(),
    status: z.int().min(400).max(599),
    code: z.enum(PROBLEM_CODES).describe('Stable; what programs should look at'),
    detail: z.string(),
    retryable: z
      .boolean()
      .describe('Whether the same request, with the same Idempotency-Key, may succeed later'),
    traceId: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .describe('To quote when asking about it; the trace id of a traceparent header that was sent'),
  })
  .readonly();
export type Problem = z.output<typeof problemSchema>;
