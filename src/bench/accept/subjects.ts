/** What is measured: each a server and the requests that are sent to it. */
import { randomBytes } from 'node:crypto';

export const SUBJECTS = ['http', 'express', 'accept', 'per-request', 'sold-out', 'sold-out-key'] as const;
/** Measured only when asked for. */
export const RELAY_OFF = 'relay-off';
export type SubjectName = (typeof SUBJECTS)[number] | typeof RELAY_OFF;

export interface Subject {
  readonly name: SubjectName;
  readonly port: number;
  /** The only status its answers may have. */
  readonly status: 202 | 409;
  readonly next: () => string;
}

export const OPEN_PRODUCT = 'bench-open';
export const SOLD_OUT_PRODUCT = 'bench-sold-out';

export interface Ports {
  readonly http: number;
  readonly express: number;
  readonly serve: number;
  readonly perRequest: number;
  /** 0 when it does not run. */
  readonly relayOff: number;
}

/** @param tokens of as many customers, who take turns */
export function createSubjects(ports: Ports, tokens: readonly string[]): Record<SubjectName, Subject> {
  // Keys of an earlier run on the same tables would meet the orders of that run.
  const run = randomBytes(6).toString('hex');
  let sent = 0;
  const subject = (
    name: SubjectName,
    port: number,
    status: Subject['status'],
    form: { productId: string; key: boolean },
  ): Subject => {
    const body = JSON.stringify({ productId: form.productId, quantity: 1 });
    const head = `POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    return {
      name,
      port,
      status,
      next() {
        sent += 1;
        const key = form.key ? `Idempotency-Key: ${run}-${sent}\r\n` : '';
        return `${head}${key}Authorization: Bearer ${tokens[sent % tokens.length] ?? ''}\r\n\r\n${body}`;
      },
    };
  };
  const open = { productId: OPEN_PRODUCT, key: true };
  return {
    http: subject('http', ports.http, 202, open),
    express: subject('express', ports.express, 202, open),
    accept: subject('accept', ports.serve, 202, open),
    'per-request': subject('per-request', ports.perRequest, 202, open),
    'relay-off': subject('relay-off', ports.relayOff, 202, open),
    'sold-out': subject('sold-out', ports.serve, 409, { productId: SOLD_OUT_PRODUCT, key: false }),
    'sold-out-key': subject('sold-out-key', ports.serve, 409, { productId: SOLD_OUT_PRODUCT, key: true }),
  };
}
