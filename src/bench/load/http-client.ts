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
  /** Of a problem. */
  code: z.string().optional(),
});
export type AnswerBody = z.output<typeof bodySchema>;

export interface ApiRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly token: string;
  readonly idempotencyKey?: string | null;
  readonly body?: unknown;
}

export interface ApiClient {
  /** Never rejects. */
  send(request: ApiRequest): Promise<Answer>;
  close(): void;
}

/** Far more than an open sale needs at once; beyond it requests wait here, which their times show. */
const CONNECTIONS = 512;
const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 1_000_000;

/** @param origin such as `http://127.0.0.1:8080` */
export function createApiClient(origin: string): ApiClient {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS, scheduling: 'lifo' });

  function send({ method, path, token, idempotencyKey, body }: ApiRequest): Promise<Answer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string | number> = {
      Authorization: `Bearer ${token}`,
      Accept: 'application/json',
    };
    if (idempotencyKey) headers['Idempotency-Key'] = idempotencyKey;
    if (payload !== undefined) {
      headers['Content-Type'] = 'application/json';
      headers['Content-Length'] = Buffer.byteLength(payload);
    }
    return new Promise((resolve) => {
      const lost = (error: Error & { code?: string }) =>
        resolve({ kind: 'lost', reason: error.code ?? error.message });
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const outgoing = request({ agent, hostname, port, method, path, headers, signal }, (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => {
          text += part;
          if (text.length > MAX_BODY_BYTES) incoming.destroy(new Error('the answer is too large'));
        });
        incoming.on('error', lost);
        incoming.on('end', () =>
          resolve(toAnswer(incoming.statusCode ?? 0, text, incoming.headers['retry-after'])),
        );
      });
      outgoing.on('error', lost);
      outgoing.end(payload);
    });
  }

  return { send, close: () => agent.destroy() };
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
