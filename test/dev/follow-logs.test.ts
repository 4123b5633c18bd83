import { appendFileSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { followLines, recentLines } from '../../src/dev/follow-logs.js';
import { inheritedDescriptors } from '../../src/dev/inherited-descriptors.js';
import { waitFor } from '../support/wait-for.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (source: string) => ({ source, path: join(folder, source) });

it('gives the last lines of each file, and none of one that is not there', () => {
  writeFileSync(file('redis').path, 'one\ntwo\nthree\n');
  expect(recentLines([file('redis'), file('kafka')], 2)).toEqual([
    { source: 'redis', text: 'two' },
    { source: 'redis', text: 'three' },
  ]);
});

it('follows what is added, line by line, also in a file that comes later or is begun anew', async () => {
  writeFileSync(file('redis').path, 'before\n');
  const seen: string[] = [];
  const end = new AbortController();
  const followed = followLines(
    [file('redis'), file('kafka')],
    ({ source, text }) => seen.push(`${source} ${text}`),
    end.signal,
  );
  appendFileSync(file('redis').path, 'half ');
  appendFileSync(file('redis').path, 'ä line\n');
  await waitFor(() => seen.includes('redis half ä line'), { what: 'the line' });
  writeFileSync(file('kafka').path, 'late\n');
  await waitFor(() => seen.includes('kafka late'), { what: 'the file that came later' });
  writeFileSync(file('redis').path, 'anew\n');
  await waitFor(() => seen.includes('redis anew'), { what: 'the file begun anew' });
  end.abort();
  await followed;
  expect(seen).toEqual(['redis half ä line', 'kafka late', 'redis anew']);
});

it('finds descriptors that a child would inherit, and not those that Node has closed for it', () => {
  const own = openSync(join(folder, 'own'), 'w');
  expect(inheritedDescriptors()).not.toContain(own);
  closeSync(own);
  const table = join(folder, 'fdinfo');
  mkdirSync(table);
  writeFileSync(join(table, '1'), 'flags:\t0100001\n');
  writeFileSync(join(table, '21'), 'pos:\t0\nflags:\t02100000\n');
  writeFileSync(join(table, '251'), 'pos:\t0\nflags:\t0100000\n');
  expect(inheritedDescriptors(table)).toEqual([251]);
  expect(inheritedDescriptors(join(folder, 'nowhere'))).toEqual([]);
});
