/** Reads a JSON body by its schema: whole and valid, or refused with every field that is wrong. */
import { isUtf8 } from 'node:buffer';
import type { z } from 'zod';
import { refuse } from '../../core/refusal.js';

const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const MAX_DETAIL_LENGTH = 500;

/** @throws AppError UNSUPPORTED_MEDIA_TYPE */
export function assertJson(contentType: string | undefined): void {
  if (contentType !== undefined && JSON_TYPE.test(contentType)) return;
  throw refuse('UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.');
}

/** @throws AppError INPUT_INVALID naming every field that is wrong */
export function parseJsonBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  const parsed = schema.safeParse(parseJson(body));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw refuse('INPUT_INVALID', problems.join('; ').slice(0, MAX_DETAIL_LENGTH));
}

function parseJson(body: Buffer): unknown {
  try {
    // Invalid UTF-8 would silently become U+FFFD, and two product ids one.
    if (isUtf8(body)) return JSON.parse(body.toString('utf8'));
  } catch {
    // Answered below.
  }
  throw refuse('INPUT_INVALID', 'The body is not JSON.');
}
