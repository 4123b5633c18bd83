/** A real terminal: tmux, driven from outside. What a test sees is what an operator would. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { childEnvironment } from './binary.js';
import { own } from './owned.js';
import { waitFor } from './wait-for.js';

export interface Terminal {
  /** The lines now visible. */
  screen(): string[];
  /** Types text and Enter. */
  type(line: string): void;
  /** Presses one key by tmux's name for it, such as `q`, `C-c` or `Space`. */
  press(key: string): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the screen once it satisfies `check`; fails with what it shows instead. */
  until(what: string, check: (lines: readonly string[]) => boolean): Promise<string[]>;
  /** The process that the shell runs now. */
  foreground(): number;
  /** Begins to keep what programs write to the terminal. @returns all of it so far */
  record(): () => string;
  close(): void;
}

/** False on a machine without tmux: tests that need a real terminal are then skipped, and shown as such. */
export function hasTerminal(): boolean {
  return spawnSync('tmux', ['-V']).status === 0;
}

/** A shell without the user's start files and with `$ ` as its prompt. */
export function openTerminal(
  columns: number,
  rows: number,
  env: Readonly<Record<string, string>> = {},
): Terminal {
  const socket = `ordersctl-test-${randomBytes(4).toString('hex')}`;
  const tmux = (...args: readonly string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], {
      env: {
        ...childEnvironment({ LC_ALL: 'C.UTF-8', NO_COLOR: undefined, ...env }),
        TERM: 'xterm-256color',
      },
      encoding: 'utf8',
    });
  const shell = 'PS1="$ " exec bash --norc --noprofile';
  tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), shell);
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-terminal-'));
  const close = () => {
    disown();
    tmux('kill-server');
    rmSync(folder, { recursive: true, force: true });
  };
  const disown = own(`terminal ${socket}`, close);

  // An empty line at the end of the screen is cut by nobody but us.
  const screen = () => tmux('capture-pane', '-p').replace(/\n$/, '').split('\n');
  return {
    screen,
    type: (line) => void tmux('send-keys', '-l', `${line}\n`),
    press: (key) => void tmux('send-keys', key),
    resize: (width, height) => void tmux('resize-window', '-x', String(width), '-y', String(height)),
    async until(what, check) {
      let lines: string[] = [];
      const seen = () => check((lines = screen()));
      await waitFor(seen, { timeoutMs: 30_000, intervalMs: 50, what }).catch((error: unknown) => {
        throw new Error(`never saw ${what}; the screen shows:\n${lines.join('\n')}`, { cause: error });
      });
      return lines;
    },
    foreground() {
      const shellPid = tmux('display-message', '-p', '#{pane_pid}').trim();
      const children = readFileSync(`/proc/${shellPid}/task/${shellPid}/children`, 'utf8').trim();
      return Number(children.split(' ').at(-1));
    },
    record() {
      const file = join(folder, 'output');
      writeFileSync(file, '');
      tmux('pipe-pane', '-O', `cat >> ${file}`);
      return () => readFileSync(file, 'utf8');
    },
    close,
  };
}
