import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acceptSome } from '../../support/accepted-orders.js';
import { REPOSITORY } from '../../support/binary.js';
import { createSpace, type Space } from '../../support/space.js';
import { hasTerminal, openTerminal, type Terminal } from '../../support/terminal.js';

const TOP = `${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')} top --interval 500ms`;
const CRASH = join(REPOSITORY, 'test/cli/top/crashing-view.mjs');

let space: Space;
let terminal: Terminal;
const hasFrame = (lines: readonly string[]) =>
  lines.some((line) => line.includes('Intake')) && lines.some((line) => line.includes('q quit'));
const text = (lines: readonly string[]) => lines.join('\n');
const clockIn = (lines: readonly string[]) => /(\d\d:\d\d:\d\d)Z/.exec(lines[0] ?? '')?.[1];

async function openTop(options = ''): Promise<string[]> {
  terminal.type(`${TOP} ${options}; echo exit=$?`);
  return terminal.until('the dashboard', hasFrame);
}
/** What had been on the screen is there again, the prompt waits, and typing shows. */
async function expectShell(exit: string): Promise<void> {
  await terminal.until(exit, (lines) => lines.includes('before') && lines.includes(exit) && !hasFrame(lines));
  terminal.type('echo $((40 + 2))');
  const lines = await terminal.until('an echo', (shown) => shown.includes('42'));
  expect(lines).toContain('$ echo $((40 + 2))');
}
/** Every line of the middle begins and ends with a border, and is as long as the screen is wide. */
function isWhole(lines: readonly string[], columns: number, rows: number): boolean {
  return (
    lines.length === rows &&
    lines[0]?.startsWith(' ordersctl top') === true &&
    lines.slice(1, rows - 2).every((line) => line.length === columns && /^[┌│└].*[┐│┘]$/.test(line)) &&
    /\[\d \w+\]/.test(lines[rows - 2] ?? '') &&
    lines[rows - 1] === ''
  );
}
const edgesOf = (lines: readonly string[]) =>
  lines.slice(1).map((line) => [...line].flatMap((char, at) => ('│┌┐└┘'.includes(char) ? [at] : [])));

describe.skipIf(!hasTerminal())('top on a terminal', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    space = await createSpace('top-terminal');
    await space.topics();
    await acceptSome(space.pool, 3);
    await space.pool.query(`update orders set created_at = now() - interval '2 minutes'`);
  });
  afterAll(() => space.close());
  beforeEach(() => {
    terminal = openTerminal(90, 30, space.environment);
    terminal.type('echo before');
  });
  afterEach(() => terminal.close());

  it('draws whole frames of any size, steadily, and gives the screen back on q', async () => {
    const output = terminal.record();
    const first = await openTop();
    expect(text(first)).not.toContain('before');
    for (const [columns, rows] of [
      [90, 30],
      [80, 24],
      [160, 50],
    ] as const) {
      terminal.resize(columns, rows);
      const lines = await terminal.until(`a whole frame of ${columns}x${rows}`, (shown) =>
        isWhole(shown, columns, rows),
      );
      expect(lines.filter((line) => line.includes('Intake'))).toHaveLength(1);
      const known = output().length;
      const started = clockIn(lines);
      const later = await terminal.until('later frames', (shown) => {
        return (
          isWhole(shown, columns, rows) &&
          Number(clockIn(shown)?.slice(-1)) === (Number(started?.slice(-1)) + 2) % 10
        );
      });
      expect(edgesOf(later)).toEqual(edgesOf(lines));
      // Some two seconds at two ticks a second: each frame is written once, over the one before.
      const written = output().slice(known);
      const frames = written.split('\u001b[?2026h').length - 1;
      expect(frames).toBeGreaterThanOrEqual(2);
      expect(frames).toBeLessThanOrEqual(10);
      expect(written.length / frames).toBeLessThan(2 * columns * rows);
      // eslint-disable-next-line no-control-regex -- what clears a screen is an escape sequence
      expect(written).not.toMatch(/\u001b\[[23]?J/);
    }
    // As a window edge that is dragged: what counts is where it comes to rest.
    for (const columns of [150, 140, 130, 120, 110, 100]) terminal.resize(columns, 35);
    await terminal.until('a whole frame after the last of many sizes', (shown) => isWhole(shown, 100, 35));
    terminal.resize(60, 20);
    await terminal.until('the compact view', (lines) => lines[0]?.startsWith('60x20 is small') === true);
    // Once when it was opened, at most once for each size, and never for a frame.
    expect(output().split('\u001b[2J').length - 1).toBeLessThanOrEqual(1 + 4 + 6);
    // What the shell had scrolled away stays.
    expect(output()).not.toContain('\u001b[3J');
    terminal.press('q');
    await expectShell('exit=0');
  });

  it('does by every key what its help says', async () => {
    await openTop('--allow-actions');
    await terminal.until('the product', (lines) => /tee .* 999 997/.test(text(lines)));
    const steps: readonly (readonly [keys: string | readonly string[], what: RegExp])[] = [
      ['?', /Help: overview/],
      ['j', /Help: overview/],
      ['Escape', /Intake/],
      ['Space', /PAUSED/],
      ['Space', / live ACTIONS/],
      ['+', /every 0\.75s/],
      ['-', /every 0\.5s/],
      ['b', /⣀|⡀|Intake/],
      [['b', 'b'], /┌─ Intake/],
      ['w', /STUCK +REDIS/],
      ['w', /ETA-0/],
      ['s', /PRODUCT▴/],
      ['r', /PRODUCT▾/],
      ['j', />tee /],
      [['/', 'x', 'y'], / \/ xy/],
      ['Enter', /Stock \(0 of 1\) \/xy/],
      ['Escape', /Stock \(1\)/],
      ['e', /only problems/],
      ['e', /Stock \(1\)/],
      ['c', /copied, if the terminal allows it: tee/],
      ['Enter', /Latest orders \(3\) \/tee/],
      ['G', />[0-9a-f]{12} PENDING/],
      ['Enter', /Diagnosis[^]*hop +not-published/],
      ['Escape', /Latest orders/],
      ['3', /not-published 3/],
      ['C', /copied, if the terminal allows it: ordersctl replay/],
      ['R', /Type "replay" to go on/],
      ['Escape', /\[3 stuck\]/],
      ['Tab', /orders\.reservations +ordersctl-consume/],
      ['BTab', /\[3 stuck\]/],
      ['5', /BAD +3 PENDING for over 1m00s/],
      ['1', /Intake/],
      ['P', /Type "pause" to go on/],
      ['Escape', /Intake/],
      ['S', /saved .*top-\d{8}T\d{9}Z\.json/],
    ];
    for (const [keys, what] of steps) {
      for (const key of typeof keys === 'string' ? [keys] : keys) terminal.press(key);
      await terminal.until(`${String(what)} after ${String(keys)}`, (lines) => what.test(text(lines)));
    }
    terminal.press('C-c');
    await expectShell('exit=130');
  });

  it.each(['view', 'program'])(
    'gives the screen back when the %s crashes, and the error is there to read',
    async (what) => {
      terminal.type(`${process.execPath} ${CRASH} ${what}; echo exit=$?`);
      await terminal.until(
        'the error',
        (lines) => lines.includes('before') && /Error: crashed|TypeError/.test(text(lines)),
      );
      await terminal.until('its end', (lines) => lines.some((line) => line.startsWith('exit=1')));
      terminal.type('echo $((40 + 2))');
      await terminal.until('an echo', (shown) => shown.includes('42'));
    },
  );

  it('draws ASCII for a console that knows nothing else, in colours, and ends on SIGTERM', async () => {
    terminal.type('unset NO_COLOR; export TERM=linux');
    const output = terminal.record();
    const lines = await openTop();
    expect(text(lines)).toMatch(/^[\n\x20-\x7e]*$/);
    // eslint-disable-next-line no-control-regex -- colours are escape sequences
    expect(output()).toMatch(/\u001b\[3\dm/);
    process.kill(terminal.foreground(), 'SIGTERM');
    await expectShell('exit=143');
  });

  it('colours nothing with NO_COLOR, marks what is selected all the same, and ends on SIGHUP', async () => {
    terminal.type('export NO_COLOR=1');
    const output = terminal.record();
    await openTop();
    await terminal.until('the product', (lines) => /tee .* 999 997/.test(text(lines)));
    terminal.press('j');
    await terminal.until('the mark', (lines) => text(lines).includes('>tee '));
    // eslint-disable-next-line no-control-regex -- as above
    expect(output()).not.toMatch(/\u001b\[[37]\d?m/);
    process.kill(terminal.foreground(), 'SIGHUP');
    await expectShell('exit=129');
  });
});
