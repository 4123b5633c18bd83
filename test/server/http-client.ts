/** A light HTTP client for crowds: `fetch` costs as much as the server under test, in the same process. */
import { Agent, request as send } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly code?: string; readonly orderId?: string; readonly [name: string]: unknown };
}

export interface HttpClient {
  request(
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: string | Uint8Array,
  ): Promise<Answer>;
  close(): void;
}

const TIMEOUT_MS = 20_000;

/** @param connections at once; further requests wait for one */
export function createHttpClient(connections: number): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  return {
    request: (method, url, headers, body) =>
      new Promise((resolve, reject) => {
        const outgoing = send(url, { method, headers, agent, timeout: TIMEOUT_MS }, (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', reject);
          incoming.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            resolve({
              status: incoming.statusCode ?? 0,
              headers: new Headers(incoming.headers as Record<string, string>),
              body: text === '' ? {} : (JSON.parse(text) as Answer['body']),
            });
          });
        });
        outgoing.on('error', reject);
        outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
        outgoing.end(body);
      }),
    close: () => agent.destroy(),
  };
}
