/** Writes the file of contexts. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '../errors.js';
import { contextsPath, type Contexts } from './contexts.js';

/**
 * All or nothing, and for its owner alone; the folder is made where it is missing. Of two writers the later one wins.
 * @returns the path
 * @throws AppError CONFIG_INVALID where there is no home, or it cannot be written
 */
export function writeContexts(env: Readonly<Record<string, string | undefined>>, contexts: Contexts): string {
  const path = contextsPath(env);
  if (path === undefined) {
    throw new AppError('CONFIG_INVALID', 'there is no home folder to keep contexts in', {
      hint: 'Set HOME or XDG_CONFIG_HOME',
    });
  }
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // A link stays one: people keep such files in a repository of their own.
    const target = existsSync(path) ? realpathSync(path) : path;
    const draft = `${target}.${process.pid}`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeSync(file, `${JSON.stringify(contexts, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, target);
    return path;
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `${path} cannot be written`, { cause: error });
  }
}
