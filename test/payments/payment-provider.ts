/**
 * A small payment provider that speaks docs/payments.md: it keeps a ledger by idempotency key, so that money moves once
 * per key, and misbehaves when it is told to.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { own } from '../support/owned.js';
import { sign } from './sign.js';

export interface Amount {
  readonly amountMinor: number;
  readonly currency: string;
}

/** What the shop sent, as it was signed. */
export interface Asked {
  readonly type: 'payment.request' | 'refund.request';
  readonly orderId: string;
  readonly attempt: number;
  readonly userId: string;
  readonly reference: string;
  readonly amount: Amount;
}

export type Decision =
  | { readonly status: 'captured' }
  | { readonly status: 'requires-action' }
  | { readonly status: 'declined'; readonly final: boolean; readonly code: string };

export interface PaymentProvider {
  readonly url: string;
  /** Decides about each key once; everything is captured unless told otherwise. */
  decide: (asked: Asked) => Decision;
  /** Answers refunds; all are granted unless told otherwise. */
  refuseRefunds: boolean;
  /** Time that every answer takes. */
  delayMs: number;
  /** While set, every call is answered with this status and nothing happens. */
  outage: number | undefined;
  /** So many answers from now on are lost after what they tell of has happened. */
  loseReplies: number;
  readonly calls: readonly { readonly key: string; readonly asked: Asked }[];
  /** Calls whose signature was wrong. */
  readonly forged: number;
  readonly lost: number;
  /** Calls that met the outage. */
  readonly turnedAway: number;
  /** Sockets that were opened so far. */
  readonly connections: number;
  /** How much was taken for an order, and given back. */
  taken(orderId: string): number;
  refunded(orderId: string): number;
  /** The customer does what was required: captures the attempt. @returns the event that tells of it */
  pay(orderId: string, attempt?: number): CapturedEvent;
  /** The event that tells of a capture in the ledger. */
  captureOf(orderId: string, attempt?: number): CapturedEvent;
  /** Sends a signed event. @returns status and body of the shop's answer */
  report(shop: string, event: object, options?: ReportOptions): Promise<{ status: number; body: Reported }>;
  /** Behaves well again, with an empty ledger and nothing counted. */
  reset(): void;
  close(): Promise<void>;
}

export interface Reported {
  readonly outcome?: string;
  readonly code?: string;
}

export interface CapturedEvent {
  readonly type: 'payment.captured';
  readonly orderId: string;
  readonly attempt: number;
  readonly userId: string;
  readonly reference: string;
  readonly amount: Amount;
}

export interface ReportOptions {
  readonly id?: string;
  /** Seconds since 1970. */
  readonly timestamp?: number;
  readonly secrets?: readonly string[];
  /** Sent instead of what was signed. */
  readonly tamperedBody?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const WELL_BEHAVED: Pick<PaymentProvider, 'decide' | 'refuseRefunds' | 'delayMs' | 'outage' | 'loseReplies'> =
  {
    decide: () => ({ status: 'captured' }),
    refuseRefunds: false,
    delayMs: 0,
    outage: undefined,
    loseReplies: 0,
  };

interface Entry {
  readonly asked: Asked;
  readonly reference: string;
  status: Decision['status'];
  readonly answer: object;
}

/** @param secret shared with the shop, plain text */
export async function startPaymentProvider(secret: string): Promise<PaymentProvider> {
  const ledger = new Map<string, Entry>();
  const refunds = new Map<string, { orderId: string; amountMinor: number; answer: object }>();
  const calls: { key: string; asked: Asked }[] = [];
  let forged = 0;
  let lost = 0;
  let turnedAway = 0;
  let connections = 0;

  const server = createServer((request, response) => void handle(request, response));
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readText(request);
    if (!isSigned(request, body)) {
      forged += 1;
      return answer(response, 401, { error: 'signature' });
    }
    if (provider.outage !== undefined) {
      turnedAway += 1;
      return answer(response, provider.outage, {});
    }
    const asked = JSON.parse(body) as Asked;
    const key = String(request.headers['idempotency-key']);
    calls.push({ key, asked });
    const reply = asked.type === 'payment.request' ? take(key, asked) : giveBack(key, asked);
    if (provider.delayMs > 0) await wait(provider.delayMs);
    if (provider.loseReplies > 0) {
      provider.loseReplies -= 1;
      lost += 1;
      return void response.destroy();
    }
    answer(response, 200, reply);
  }

  function isSigned({ headers }: IncomingMessage, body: string): boolean {
    const id = String(headers['webhook-id']);
    const timestamp = Number(headers['webhook-timestamp']);
    return (
      id === headers['idempotency-key'] &&
      Math.abs(Date.now() / 1_000 - timestamp) < 300 &&
      sign({ id, timestamp, body }, secret)['webhook-signature'] === headers['webhook-signature']
    );
  }

  function take(key: string, asked: Asked): object {
    const known = ledger.get(key);
    if (known) return known.answer;
    const reference = `pay_${randomUUID()}`;
    const decision = provider.decide(asked);
    const reply =
      decision.status === 'declined'
        ? decision
        : { ...decision, reference, ...(decision.status === 'captured' && { amount: asked.amount }) };
    ledger.set(key, { asked, reference, status: decision.status, answer: reply });
    return reply;
  }

  function giveBack(key: string, asked: Asked): object {
    const known = refunds.get(key);
    if (known) return known.answer;
    const reply = provider.refuseRefunds
      ? { status: 'refused', code: 'too_old' }
      : { status: 'refunded', reference: `ref_${randomUUID()}` };
    const amountMinor = provider.refuseRefunds ? 0 : asked.amount.amountMinor;
    refunds.set(key, { orderId: asked.orderId, amountMinor, answer: reply });
    return reply;
  }

  function entryOf(orderId: string, attempt: number): Entry {
    const entry = ledger.get(`${orderId}:${attempt}`);
    if (!entry) throw new Error(`never asked for attempt ${attempt} of ${orderId}`);
    return entry;
  }

  const provider: PaymentProvider = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    ...WELL_BEHAVED,
    calls,
    get forged() {
      return forged;
    },
    get lost() {
      return lost;
    },
    get turnedAway() {
      return turnedAway;
    },
    get connections() {
      return connections;
    },
    taken: (orderId) =>
      [...ledger.values()]
        .filter((entry) => entry.asked.orderId === orderId && entry.status === 'captured')
        .reduce((sum, entry) => sum + entry.asked.amount.amountMinor, 0),
    refunded: (orderId) =>
      [...refunds.values()]
        .filter((refund) => refund.orderId === orderId)
        .reduce((sum, refund) => sum + refund.amountMinor, 0),
    pay(orderId, attempt = 1) {
      entryOf(orderId, attempt).status = 'captured';
      return provider.captureOf(orderId, attempt);
    },
    captureOf(orderId, attempt = 1) {
      const { asked, reference } = entryOf(orderId, attempt);
      const { userId, amount } = asked;
      return { type: 'payment.captured', orderId, attempt, userId, reference, amount };
    },
    async report(shop, event, options = {}) {
      const body = JSON.stringify(event);
      const id = options.id ?? `evt_${randomUUID()}`;
      const { timestamp } = options;
      const message = { id, body, ...(timestamp !== undefined && { timestamp }) };
      const response = await fetch(`${shop}/payments/webhook`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...sign(message, ...(options.secrets ?? [secret])),
          ...options.headers,
        },
        body: options.tamperedBody ?? body,
      });
      return { status: response.status, body: (await response.json()) as Reported };
    },
    reset() {
      Object.assign(provider, WELL_BEHAVED);
      ledger.clear();
      refunds.clear();
      calls.length = 0;
      forged = lost = turnedAway = connections = 0;
    },
    async close() {
      disown();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const disown = own('a payment provider', () => provider.close());
  return provider;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
