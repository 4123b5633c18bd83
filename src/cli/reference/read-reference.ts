/** Builds the whole command tree for the sake of its help. */
import { Readable, Writable } from 'node:stream';
import { createContext } from '../context.js';
import { NO_FLAGS } from '../global-flags.js';
import { makeWholeProgram } from '../program.js';
import { renderReference } from './render-reference.js';

/** @returns the contents of docs/commands.md */
export async function readReference(): Promise<string> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = {
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
    env: {},
    cwd: '/',
    forceExit: () => undefined,
  };
  return renderReference(await makeWholeProgram(createContext(io, NO_FLAGS)));
}
