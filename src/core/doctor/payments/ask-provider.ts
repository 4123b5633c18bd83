/** Looks whether a payment provider is there, with a request that moves nothing. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { TLSSocket } from 'node:tls';

export interface ProviderAnswer {
  readonly status: number;
  readonly roundTripMs: number;
  /** When its certificate ends; null without TLS. */
  readonly certificateEnds: Date | null;
  /** Its clock as the Date header shows it, ms since 1970; null without one. */
  readonly clock: number | null;
}

/**
 * A HEAD of the base address: the protocol has no ping, and any answer at all shows that somebody is there.
 * @throws Error of the socket: refused, unknown host, a certificate that is not trusted, no answer in time
 */
export function askProvider(url: string, timeoutMs: number): Promise<ProviderAnswer> {
  const begun = performance.now();
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const outgoing = send(url, { method: 'HEAD', agent: false, signal }, (incoming) => {
      incoming.resume();
      const { socket } = incoming;
      const ends = socket instanceof TLSSocket ? socket.getPeerCertificate().valid_to : undefined;
      const date = Date.parse(incoming.headers.date ?? '');
      resolve({
        status: incoming.statusCode ?? 0,
        roundTripMs: performance.now() - begun,
        certificateEnds: ends === undefined ? null : new Date(ends),
        clock: Number.isNaN(date) ? null : date,
      });
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}
