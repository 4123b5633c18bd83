import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../../support/binary.js';
import { createSpace, type Space } from '../../support/space.js';
import { hasTerminal, openTerminal, type Terminal } from '../../support/terminal.js';

const TOP = `${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} top --interval 500ms`;
const SCREEN_MODULE = join(REPOSITORY, 'dist/cli/top/terminal.js');

let space: Space;
let terminal: Terminal;
const hasFrame = (lines: readonly string[]) =>
  lines.some((line) => line.includes('Intake')) && lines.some((line) => line.includes('q quit'));

async function openTop(): Promise<string[]> {
  terminal.type(`${TOP}; echo exit=$?`);
  return terminal.until('the dashboard', hasFrame);
}
/** What had been on the screen is there again, the prompt waits, and typing shows. */
async function expectShell(exit: string): Promise<void> {
  await terminal.until(exit, (lines) => lines.includes('before') && lines.includes(exit) && !hasFrame(lines));
  terminal.type('echo $((40 + 2))');
  const lines = await terminal.until('an echo', (shown) => shown.includes('42'));
  expect(lines).toContain('$ echo $((40 + 2))');
}

describe.skipIf(!hasTerminal())('top on a terminal', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    space = await createSpace('top-terminal');
    await space.topics();
  });
  afterAll(() => space.close());
  beforeEach(() => {
    terminal = openTerminal(90, 30, space.environment);
    terminal.type('echo before');
  });
  afterEach(() => terminal.close());

  it('fills the screen but for one row, with nothing of the shell on it', async () => {
    const lines = await openTop();
    expect(lines[0]).toMatch(/^ ordersctl top /);
    expect(lines[28]).toMatch(/q quit/);
    expect(lines[29]).toBe('');
    expect(lines.join('\n')).not.toContain('before');
  });

  it.each([
    ['q', 'exit=0'],
    ['C-c', 'exit=130'],
  ])('gives the screen back as it was on %s, with %s', async (key, exit) => {
    await openTop();
    terminal.press(key);
    await expectShell(exit);
  });

  it.each([
    ['SIGTERM', 'exit=143'],
    ['SIGHUP', 'exit=129'],
    ['SIGINT', 'exit=130'],
  ] as const)('gives the screen back on %s, with %s', async (signal, exit) => {
    await openTop();
    process.kill(terminal.foreground(), signal);
    await expectShell(exit);
  });

  it('gives the screen back when the program crashes, and the error is there to read', async () => {
    const crash = `m.enterAlternateScreen(process.stdout); setTimeout(() => { throw new Error('crashed') }, 300)`;
    terminal.type(
      `${process.execPath} -e "import('${SCREEN_MODULE}').then((m) => { ${crash} })"; echo exit=$?`,
    );
    await terminal.until(
      'the error',
      (lines) => lines.includes('before') && lines.includes('Error: crashed'),
    );
    await expectShell('exit=1');
  });

  it('draws whole frames after the terminal was made smaller, larger, and too small for tiles', async () => {
    await openTop();
    for (const [columns, rows] of [
      [80, 24],
      [160, 50],
      [81, 40],
    ] as const) {
      terminal.resize(columns, rows);
      const edge = `└${'─'.repeat(2)}`;
      const lines = await terminal.until(`a frame of ${columns}x${rows}`, (shown) => {
        const full = shown.length === rows && shown[rows - 2]?.includes('q quit') === true;
        return full && shown[1]?.length === columns && shown[0]?.startsWith(' ordersctl top') === true;
      });
      expect(lines.filter((line) => line.includes('Intake'))).toHaveLength(1);
      expect(lines.filter((line) => line.startsWith(edge)).every((line) => line.length === columns)).toBe(
        true,
      );
    }
    terminal.resize(50, 15);
    await terminal.until('the compact view', (lines) => lines[0]?.startsWith('50x15 is small') === true);
  });

  it('holds the picture while it is paused', async () => {
    await openTop();
    terminal.press('Space');
    await terminal.until('the pause', (lines) => lines[0]?.includes('PAUSED') === true);
    terminal.press('Space');
    await terminal.until('the live picture', (lines) => lines[0]?.includes('live') === true);
  });
});
