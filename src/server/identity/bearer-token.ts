/** Finds the token of a request. */
import { singleHeader, type RequestHeaders } from './single-header.js';

/** Longest token that is looked at: above what identity providers make, below what node:http takes of headers. */
export const MAX_TOKEN_LENGTH = 8_192;

/** @throws AppError INPUT_INVALID for more than one `Authorization` header. @returns undefined without `Bearer` */
export function bearerToken(request: RequestHeaders): string | undefined {
  const authorization = singleHeader(request, 'authorization');
  if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== 'bearer ') return undefined;
  return authorization.slice(7).trim();
}
