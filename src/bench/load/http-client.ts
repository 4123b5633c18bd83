/** A buyer's HTTP client: JSON over kept connections. It never sends anything twice by itself. */
import { Agent, request } from 'node:http';
import { z } from 'zod';

export type Answer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: AnswerBody;
      readonly retryAfterMs: number | null;
    }
  /** No answer came: whether the request was taken is not known. */
  | { readonly kind: 'lost'; readonly reason: string };

const bodySchema = z.looseObject({
  orderId: z.string().optional(),
  status: z.union([z.string(), z.number()]).optional(),
  /** Of an order that awaits its payment. */
  payBy: z.string().nullish(),
  /** Of a problem. */
  code: z.string().optional(),
});
export type AnswerBody = z.output<typeof bodySchema>;

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** From `Identify`. */
  readonly caller: Readonly<Record<string, string>>;
  readonly idempotencyKey?: string | null;
  readonly body?: unknown;
  /** Who cannot wait: the connection is cut so long after the request was sent, unless the answer is there. */
  readonly hangUpAfterMs?: number;
}

export interface ApiClient {
  /** Never rejects. */
  send(request: ApiRequest): Promise<Answer>;
  close(): void;
}

/** Why an answer is lost to a buyer who has hung up. */
export const HUNG_UP = 'HUNG_UP';
/** This machine had no connection left for it: the shop has never heard of it. */
export const NEVER_SENT = 'NEVER_SENT';

/**
 * Every buyer has a connection of his own in truth, and the shop must see how many there are, or it could not turn some
 * away. Beyond it requests wait here, which their times show.
 */
const CONNECTIONS = 2_048;
/** Of their own, so that who has ordered reads at once and does not wait behind those who still want to. */
const READ_CONNECTIONS = 256;
const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1_000_000;

/** @param origins such as `http://127.0.0.1:8080`; of several replicas each request takes the next */
export function createApiClient(...origins: readonly string[]): ApiClient {
  const places = origins.map((origin) => new URL(origin));
  const agentOf = (connections: number) => {
    const maxSockets = Math.max(1, Math.floor(connections / places.length));
    return new Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' });
  };
  const agents = { POST: agentOf(CONNECTIONS), GET: agentOf(READ_CONNECTIONS) } as const;
  let turn = 0;

  function send({ method, path, caller, idempotencyKey, body, hangUpAfterMs }: ApiRequest): Promise<Answer> {
    const place = places[turn % places.length];
    turn += 1;
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string | number> = { ...caller, Accept: 'application/json' };
    if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
    if (payload !== undefined) {
      headers['Content-Type'] = 'application/json';
      headers['Content-Length'] = Buffer.byteLength(payload);
    }
    return new Promise((resolve) => {
      let hangUp: NodeJS.Timeout | undefined;
      const settle = (answer: Answer) => {
        clearTimeout(late);
        clearTimeout(hangUp);
        resolve(answer);
      };
      const lost = (error: Error & { code?: string }) =>
        settle({ kind: 'lost', reason: error.code ?? error.message });
      const { hostname, port } = place ?? {};
      const agent = agents[method];
      const outgoing = request({ agent, hostname, port, method, path, headers }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => {
          text += part;
          if (text.length > MAX_BODY_BYTES) incoming.destroy(new Error('the answer is too large'));
        });
        incoming.on('error', lost);
        incoming.on('end', () =>
          settle(toAnswer(incoming.statusCode ?? 0, text, incoming.headers['retry-after'])),
        );
      });
      // A timer of this client's own: a signal for each of some thousand requests a second would cost more than they do.
      let sent = false;
      outgoing.once('socket', () => (sent = true));
      const late = setTimeout(() => outgoing.destroy(failure(sent ? 'TIMEOUT' : NEVER_SENT)), TIMEOUT_MS);
      outgoing.on('error', lost);
      if (hangUpAfterMs !== undefined)
        outgoing.once('finish', () => {
          hangUp = setTimeout(() => outgoing.destroy(failure(HUNG_UP)), hangUpAfterMs);
        });
      outgoing.end(payload);
    });
  }

  return {
    send,
    close() {
      agents.POST.destroy();
      agents.GET.destroy();
    },
  };
}

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

function toAnswer(status: number, text: string, retryAfter: string | undefined): Answer {
  const seconds = Number(retryAfter);
  const retryAfterMs = retryAfter === undefined || Number.isNaN(seconds) ? null : seconds * 1_000;
  return { kind: 'answered', status, body: parseBody(text), retryAfterMs };
}

/** A body that is no JSON object counts as empty: the status alone then says what happened. */
function parseBody(text: string): AnswerBody {
  try {
    const parsed = bodySchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : {};
  } catch {
    return {};
  }
}
