/** Reads a small request body whole, never more of it than allowed. */
import type { IncomingMessage } from 'node:http';
import { AppError } from '../../core/errors.js';

/** The caller hung up before its request was complete: there is nobody to answer. */
export class CallerGone extends Error {
  override readonly name = 'CallerGone';
}

/**
 * @param limit bytes
 * @throws AppError BODY_TOO_LARGE as soon as that is known; the rest is left to be discarded by node:http, which keeps
 * the connection usable so that a caller in the middle of sending still gets to read the answer
 * @throws CallerGone
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = () => new AppError('BODY_TOO_LARGE', `The body may have at most ${limit} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (error?: Error) => {
      request.off('data', onData).off('end', onEnd).off('close', onGone).off('error', onGone);
      if (error) reject(error);
      else resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length > limit) finish(tooLarge());
      else chunks.push(chunk);
    };
    const onEnd = () => finish();
    const onGone = () => finish(new CallerGone('the caller hung up'));
    request.on('data', onData).on('end', onEnd).on('close', onGone).on('error', onGone);
  });
}
