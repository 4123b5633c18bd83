/** A shop that answers as a test wants it to, and remembers what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Shop {
  readonly origin: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export type Reply = (response: ServerResponse, asked: Asked, nth: number) => void;

/** @param reply the nth `POST /orders`, from 0; by default reads find every order */
export async function openShop(
  reply: Reply,
  read: Reply = (response, { path }) => json(response, 200, { orderId: path.split('/').at(-1) }),
): Promise<Shop> {
  const asked: Asked[] = [];
  let posts = 0;
  let gets = 0;
  const server = createServer((request: IncomingMessage, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => (body += part));
    request.on('end', () => {
      const key = request.headers['idempotency-key'];
      const one: Asked = {
        method: request.method ?? '',
        path: request.url ?? '',
        key: Array.isArray(key) ? key[0] : key,
        authorization: request.headers.authorization,
        body,
      };
      asked.push(one);
      if (one.method === 'POST') reply(response, one, posts++);
      else read(response, one, gets++);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export function json(response: ServerResponse, status: number, body: unknown, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader('Retry-After', retryAfter);
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
