/** The version of this binary, from its package.json. */
import { readFileSync } from 'node:fs';

/** @returns such as `0.1.0` */
export function binaryVersion(): string {
  // The same distance from src/core and from dist/core.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
