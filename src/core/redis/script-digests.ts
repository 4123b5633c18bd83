/** Tells which Lua scripts a binary brings: by the digests under which Redis keeps them. */
import { createHash } from 'node:crypto';
import { readScript, SCRIPT_FILES, type ScriptName } from './scripts.js';

/** @returns SHA-1 by script, as `script exists` of Redis takes it */
export function readScriptDigests(): Record<ScriptName, string> {
  const names = Object.keys(SCRIPT_FILES) as ScriptName[];
  const digests = names.map((name) => [name, createHash('sha1').update(readScript(name)).digest('hex')]);
  return Object.fromEntries(digests) as Record<ScriptName, string>;
}
