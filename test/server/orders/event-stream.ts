/** An event stream as a test reads it. */
import { mintToken, type ServeSpace } from '../serve-space.js';
import { waitFor } from '../../support/wait-for.js';

export interface StreamEvent {
  readonly event: string;
  readonly id: number;
  readonly data: { readonly status: string; readonly version: number };
}

export interface ReadStream {
  readonly status: number;
  readonly headers: Headers;
  /** All text received so far. */
  text(): string;
  events(): StreamEvent[];
  /** Waits for the first event of this id. */
  event(id: number): Promise<StreamEvent>;
  /** Resolves when the server has ended the stream. */
  readonly ended: Promise<void>;
  abort(): void;
}

export async function openStream(
  serve: ServeSpace,
  path: string,
  userId: string,
  lastEventId?: number,
): Promise<ReadStream> {
  const controller = new AbortController();
  const response = await fetch(`${serve.api}${path}`, {
    headers: {
      authorization: `Bearer ${await mintToken({ sub: userId })}`,
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': String(lastEventId) }),
    },
    signal: controller.signal,
  });
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? [])
        text += decoder.decode(chunk as Uint8Array, { stream: true });
    } catch {
      // Aborted by the test or cut by the server.
    }
  })();
  const stream: ReadStream = {
    status: response.status,
    headers: response.headers,
    text: () => text,
    events: () => parse(text),
    event: (id) =>
      waitFor(() => stream.events().find((event) => event.id === id), { what: `event ${id} of ${path}` }),
    ended,
    abort: () => controller.abort(),
  };
  return stream;
}

function parse(text: string): StreamEvent[] {
  return text
    .split('\n\n')
    .filter((block) => block.includes('data: '))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1] ?? '';
      return {
        event: field('event'),
        id: Number(field('id')),
        data: JSON.parse(field('data')) as StreamEvent['data'],
      };
    });
}
