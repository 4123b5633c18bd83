/** Reads the file that a command names, or standard input. */
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { AppError } from '../core/errors.js';
import type { CliIo } from './io.js';

export interface Source {
  readonly text: string;
  /** How messages call it. */
  readonly name: string;
}

/** A hundred thousand rows with long ids fit, and as many ordinary dead letters. */
const MAX_BYTES = 32 * 1_024 * 1_024;

/**
 * @param file a path, or `-` for standard input
 * @throws AppError USAGE when it cannot be read, INPUT_INVALID when it is too large or not UTF-8
 */
export async function readSource(io: CliIo, file: string): Promise<Source> {
  if (file === '-') return { text: await readAll(io.stdin, 'standard input'), name: 'standard input' };
  return { text: await readAll(createReadStream(resolve(io.cwd, file)), file), name: file };
}

async function readAll(stream: Readable, name: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer | string>) {
      const buffer = Buffer.from(chunk as string);
      bytes += buffer.length;
      if (bytes > MAX_BYTES)
        throw new AppError('INPUT_INVALID', `${name} is larger than ${MAX_BYTES / 1_024 / 1_024} MB`);
      chunks.push(buffer);
    }
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('USAGE', `${name} cannot be read`, {
      hint: 'Give a file, or - for standard input',
      cause: error,
    });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new AppError('INPUT_INVALID', `${name} is not UTF-8 text`, {
      hint: 'Save it as UTF-8',
      cause: error,
    });
  }
}
