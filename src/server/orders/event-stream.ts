/** One server-sent event stream: at most one value is kept for a reader that is slow, and a stuck reader is cut off. */
import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../http/security-headers.js';

/** A reader that takes nothing for this long is gone or hostile. */
export const STUCK_MS = 10_000;
/** How long browsers wait before they come back, spread so that a restart does not bring them all at once. */
const RETRY_MS = { least: 1_000, spread: 4_000 } as const;

export interface EventStream {
  /**
   * Sends a state of the thing that the stream is about, or keeps it until the reader has room; a later state replaces
   * one that is kept. States not above the last `id` are dropped (I11).
   */
  send(event: string, id: number, data: unknown): void;
  /** Keeps proxies from closing an idle connection. */
  heartbeat(): void;
  /** Ends the stream after what was sent has gone out. */
  end(): void;
  /** Cuts off a reader that has not taken anything for too long. @param nowMs of performance.now() */
  cutIfStuck(nowMs: number): void;
}

/**
 * Writes the head and the `retry:` line.
 * @param seen the last id that the reader already has; 0 for none
 */
export function createEventStream(response: ServerResponse, seen: number): EventStream {
  let lastId = seen;
  let kept: string | undefined;
  let blockedSince: number | undefined;
  let ending = false;

  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Tells nginx and its kind not to gather the stream.
    'X-Accel-Buffering': 'no',
  });
  response.on('drain', onRoom);
  write(`retry: ${RETRY_MS.least + Math.floor(Math.random() * RETRY_MS.spread)}\n\n`);

  function write(text: string): void {
    if (!response.write(text)) blockedSince ??= performance.now();
  }

  function onRoom(): void {
    blockedSince = undefined;
    const text = kept;
    kept = undefined;
    if (text !== undefined) write(text);
    if (ending) response.end();
  }

  return {
    send(event, id, data) {
      if (id <= lastId || ending || response.destroyed) return;
      lastId = id;
      const text = `event: ${event}\nid: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
      if (blockedSince === undefined) write(text);
      else kept = text;
    },
    heartbeat() {
      if (blockedSince === undefined && !ending && !response.destroyed) write(': heartbeat\n\n');
    },
    end() {
      ending = true;
      if (kept === undefined) response.end();
    },
    cutIfStuck(nowMs) {
      if (blockedSince !== undefined && nowMs - blockedSince > STUCK_MS) response.destroy();
    },
  };
}
