/** The logs of the stack: the last lines of each file, and what is added while somebody watches. */
import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { lastLines } from './wait-ready.js';

export interface LogLine {
  /** The server that wrote it. */
  readonly source: string;
  readonly text: string;
}

export interface LogFile {
  readonly source: string;
  readonly path: string;
}

const POLL_MS = 200;
const CHUNK_BYTES = 65_536;

/** The last `count` lines of each file, file by file. */
export function recentLines(files: readonly LogFile[], count: number): LogLine[] {
  return files.flatMap(({ source, path }) => lastLines(path, count).map((text) => ({ source, text })));
}

/** Gives every line that is added from now on, until the signal aborts. A file that is begun anew is read from its start. */
export async function followLines(
  files: readonly LogFile[],
  onLine: (line: LogLine) => void,
  signal: AbortSignal,
): Promise<void> {
  const readers = files.map((file) => makeReader(file, onLine));
  while (!signal.aborted) {
    for (const read of readers) read();
    await pause(signal);
  }
  for (const read of readers) read();
}

function makeReader({ source, path }: LogFile, onLine: (line: LogLine) => void): () => void {
  let position = sizeOf(path);
  let rest = '';
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  return () => {
    const size = sizeOf(path);
    if (size < position) position = 0;
    if (size === position) return;
    const file = openSync(path, 'r');
    try {
      for (let count = -1; count !== 0; position += count) {
        count = readSync(file, buffer, 0, buffer.length, position);
        const lines = (rest + decoder.write(buffer.subarray(0, count))).split('\n');
        rest = lines.pop() ?? '';
        for (const text of lines) onLine({ source, text });
      }
    } finally {
      closeSync(file);
    }
  };
}

function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0;
}

function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, POLL_MS);
    signal.addEventListener('abort', done);
  });
}
