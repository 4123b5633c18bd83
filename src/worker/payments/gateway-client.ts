/** Calls the payment provider over HTTP: signed, bounded in time, size and connections, and never led elsewhere. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { signMessage } from '../../core/payments/signature.js';
import type { SigningKeys } from '../../core/payments/signing-secrets.js';

/** Far above any answer of the protocol. */
const MAX_REPLY_BYTES = 16_384;

export interface GatewayClientOptions {
  /** Base of the provider's API: `payments` and `refunds` are put behind its path. */
  readonly url: string;
  readonly keys: SigningKeys;
  /** From the call to the last byte of its answer, the wait for a connection included. */
  readonly timeoutMs: number;
  /** Kept open and used again; further calls wait for one. */
  readonly connections: number;
}

export interface GatewayReply {
  readonly status: number;
  readonly body: string;
}

export interface GatewayClient {
  /**
   * A redirect is an answer like any other and is not followed.
   * @param key the idempotency key, which is also the id of the signed message
   * @throws Error when no whole answer came in time, or a longer one than allowed: the outcome is unknown
   */
  post(
    path: 'payments' | 'refunds',
    key: string,
    message: object,
    signal: AbortSignal,
  ): Promise<GatewayReply>;
  /** Closes what is kept open; calls in progress fail. */
  close(): void;
}

export function createGatewayClient(options: GatewayClientOptions): GatewayClient {
  const base = options.url.endsWith('/') ? options.url : `${options.url}/`;
  const isSecure = base.startsWith('https:');
  const pool = { keepAlive: true, maxSockets: options.connections, maxFreeSockets: options.connections };
  const agent = isSecure ? new HttpsAgent(pool) : new HttpAgent(pool);
  const send = isSecure ? httpsRequest : httpRequest;

  return {
    post(path, key, message, signal) {
      const body = JSON.stringify(message);
      const headers = {
        ...signMessage({ id: key, body, nowMs: Date.now() }, options.keys),
        'idempotency-key': key,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
      };
      const limit = AbortSignal.any([signal, AbortSignal.timeout(options.timeoutMs)]);
      return new Promise((resolve, reject) => {
        const outgoing = send(
          new URL(path, base),
          { method: 'POST', headers, agent, signal: limit },
          (incoming) => void readReply(incoming).then(resolve, reject),
        );
        outgoing.on('error', reject);
        outgoing.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

async function readReply(incoming: IncomingMessage): Promise<GatewayReply> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_REPLY_BYTES) {
      incoming.destroy();
      throw new Error(`the answer has more than ${MAX_REPLY_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
}
