/** The whole command tree for the sake of what it says: it reads nothing, prints nothing and ends nothing. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { Readable, Writable } from 'node:stream';
import { createContext } from '../context.js';
import { NO_FLAGS } from '../global-flags.js';
import { makeWholeProgram } from '../program.js';

export function makeDetachedProgram(): Promise<CommandUnknownOpts> {
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = {
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
    env: {},
    cwd: '/',
    forceExit: () => undefined,
  };
  return makeWholeProgram(createContext(io, NO_FLAGS));
}
