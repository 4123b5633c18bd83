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

/** Far more than an open sale needs at once; beyond it requests wait here, which their times show. */
const CONNECTIONS = 512;
const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1_000_000;

/** @param origins such as `http://127.0.0.1:8080`; of several replicas each request takes the next */
export function createApiClient(...origins: readonly string[]): ApiClient {
  const places = origins.map((origin) => new URL(origin));
  const maxSockets = Math.max(1, Math.floor(CONNECTIONS / places.length));
  const agent = new Agent({ keepAlive: true, maxSockets, scheduling: 'lifo' });
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
      const late = setTimeout(() => outgoing.destroy(failure('TIMEOUT')), TIMEOUT_MS);
      outgoing.on('error', lost);
      if (hangUpAfterMs !== undefined)
        outgoing.once('finish', () => {
          hangUp = setTimeout(() => outgoing.destroy(failure(HUNG_UP)), hangUpAfterMs);
        });
      outgoing.end(payload);
    });
  }

  return { send, close: () => agent.destroy() };
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
