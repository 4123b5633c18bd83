import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CODES } from '../../src/core/redis/reservation-codes.js';
import { keyCountOf, readScript, SCRIPT_FILES, type ScriptName } from '../../src/core/redis/scripts.js';
import { readHeader, usedSlots } from './script-header.js';

const names = Object.keys(SCRIPT_FILES) as ScriptName[];
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

it('registers every script in src/lua and no other', () => {
  const files = readdirSync(new URL('../../src/lua/', import.meta.url)).sort();
  expect(files).toEqual(names.map((name) => `${SCRIPT_FILES[name]}.lua`).sort());
});

describe.each(names)('%s', (name) => {
  const source = readScript(name);
  const header = readHeader(source);

  it('opens with its purpose and states what it returns', () => {
    expect(header.purpose).toMatch(/^[A-Z].*\.$/);
    expect(header.returns).toBeGreaterThan(0);
  });

  it('carries the number of its keys in its file name, and uses each', () => {
    expect(usedSlots(source, 'KEYS')).toEqual(upTo(keyCountOf(name)));
  });

  it('lists exactly the slots it uses', () => {
    expect(header.keys).toEqual(usedSlots(source, 'KEYS'));
    expect(header.args).toEqual(usedSlots(source, 'ARGV'));
  });

  it('answers only codes of the one table', () => {
    expect(Object.values(CODES)).toEqual(expect.arrayContaining([...header.codes]));
  });

  it('never reads a whole hash', () => {
    expect(source).not.toMatch(/HGETALL|HKEYS|HVALS|SCAN/);
  });
});

it('gives every code a number of its own', () => {
  const codes = Object.values(CODES);
  expect(new Set(codes).size).toBe(codes.length);
});
