import { NO_FLAGS } from '../../src/cli/global-flags.js';
import { Readable, Writable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { createContext } from '../../src/cli/context.js';
import { runRole, type RoleParts } from '../../src/cli/run-role.js';
import { AppError } from '../../src/core/errors.js';

/** Runs a role; `signal` reaches only the listeners that it has installed. */
function launch(start: (parts: RoleParts) => Promise<{ failed: Promise<never> }>) {
  const forceExit = vi.fn();
  const sink = () => new Writable({ write: (_chunk, _encoding, done) => done() });
  const io = {
    stdin: Readable.from([]),
    stdout: sink(),
    stderr: sink(),
    env: { LOG_LEVEL: 'silent' },
    cwd: '/nonexistent',
    forceExit,
  };
  const context = createContext(io, NO_FLAGS);
  const before = process.listeners('SIGTERM');
  let began: () => void = () => undefined;
  const starting = new Promise<void>((resolve) => (began = resolve));
  const ended = runRole(context, 'serve', {}, (parts) => {
    began();
    return start(parts);
  });
  ended.catch(() => undefined);
  const signal = (name: NodeJS.Signals) => {
    const own = process.listeners(name).filter((listener) => !before.includes(listener));
    for (const listener of own) listener(name);
  };
  return { ended, signal, forceExit, starting };
}

const never = new Promise<never>(() => undefined);

describe('runRole', () => {
  it('gives everything back in reverse order on SIGTERM, and ends well', async () => {
    const released: string[] = [];
    const { ended, signal, starting } = launch(({ lifecycle }) => {
      lifecycle.own('pool', () => void released.push('pool'));
      lifecycle.own('listener', () => void released.push('listener'));
      return Promise.resolve({ failed: never });
    });
    await starting;
    signal('SIGTERM');
    await ended;
    expect(released).toEqual(['listener', 'pool']);
    expect(process.listenerCount('SIGINT')).toBe(0);
  });

  it('fails with what ended the role, after giving everything back', async () => {
    const released: string[] = [];
    const { ended } = launch(({ lifecycle }) => {
      lifecycle.own('pool', () => void released.push('pool'));
      return Promise.resolve({ failed: Promise.reject(new AppError('UNAVAILABLE', 'Kafka gave up')) });
    });
    await expect(ended).rejects.toMatchObject({ code: 'UNAVAILABLE', exitCode: 5 });
    expect(released).toEqual(['pool']);
  });

  it('gives back what a failed start had acquired', async () => {
    const released: string[] = [];
    const { ended } = launch(({ lifecycle }) => {
      lifecycle.own('pool', () => void released.push('pool'));
      return Promise.reject(new AppError('SCHEMA_MISSING', 'no tables'));
    });
    await expect(ended).rejects.toMatchObject({ code: 'SCHEMA_MISSING' });
    expect(released).toEqual(['pool']);
  });

  it('ends well on a signal in the middle of starting', async () => {
    const { ended, signal, starting } = launch(async ({ lifecycle }) => {
      await new Promise<void>((resolve) => lifecycle.signal.addEventListener('abort', () => resolve()));
      lifecycle.own('pool', () => undefined);
      return { failed: never };
    });
    await starting;
    signal('SIGINT');
    await ended;
  });

  it('forces the end on the second signal', async () => {
    let release: (() => void) | undefined;
    const { ended, signal, starting, forceExit } = launch(({ lifecycle }) => {
      lifecycle.own('slow', () => new Promise<void>((resolve) => (release = resolve)));
      return Promise.resolve({ failed: never });
    });
    await starting;
    signal('SIGTERM');
    await vi.waitFor(() => expect(release).toBeDefined());
    signal('SIGTERM');
    expect(forceExit).toHaveBeenCalledWith(143);
    release?.();
    await ended;
  });
});
