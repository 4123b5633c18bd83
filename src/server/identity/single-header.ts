/** Reads a header that says who somebody is: once, or not at all. */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../../core/errors.js';

export type RequestHeaders = Pick<IncomingMessage, 'headers' | 'rawHeaders'>;

/**
 * Of two `Authorization` headers node:http keeps the first, and of two others it makes one value; a gateway before us may
 * have judged the other one. So two are nobody.
 * @param name in lower case
 * @throws AppError INPUT_INVALID when it was sent more than once
 */
export function singleHeader(request: RequestHeaders, name: string): string | undefined {
  const { rawHeaders } = request;
  let sent = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] as string;
    if (raw.length === name.length && raw.toLowerCase() === name) sent += 1;
  }
  if (sent > 1) throw new AppError('INPUT_INVALID', `Send one ${name} header.`);
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
