/** What an accepted order is compared with: handlers that parse the same JSON and answer 202 with as much, no more. */
import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import express from 'express';

export const REFERENCES = ['http', 'express'] as const;
export type ReferenceName = (typeof REFERENCES)[number];

interface Wanted {
  readonly productId: string;
  readonly quantity: number;
}

/** Resolves when it listens on loopback. */
export function startReferenceServer(name: ReferenceName, port: number): Promise<Server> {
  const server = name === 'http' ? createHttpReference() : createExpressReference();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function createHttpReference(): Server {
  return createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.stringify(answerTo(JSON.parse(Buffer.concat(parts).toString('utf8')) as Wanted));
      response.writeHead(202, {
        'Content-Type': 'application/json; charset=utf-8',
        'Content-Length': Buffer.byteLength(body),
      });
      response.end(body);
    });
  });
}

/** As its guide says to begin, and with NODE_ENV=production. */
function createExpressReference(): Server {
  const app = express();
  app.post('/orders', express.json(), (request, response) => {
    response.status(202).json(answerTo(request.body as Wanted));
  });
  return createServer(app);
}

function answerTo({ productId, quantity }: Wanted) {
  const unitPrice = { amountMinor: 4_990, currency: 'EUR' };
  return { orderId: randomUUID(), status: 'PENDING', productId, quantity, unitPrice, amount: unitPrice };
}
