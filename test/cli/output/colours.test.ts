import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { hasColour } from '../../../src/cli/output/colours.js';

const terminal = Object.assign(new Writable(), { isTTY: true });
const pipe = new Writable();

describe('hasColour', () => {
  it('colours a terminal and not a pipe', () => {
    expect(hasColour(terminal, {}, true)).toBe(true);
    expect(hasColour(pipe, {}, true)).toBe(false);
  });

  it.each([
    [{ NO_COLOR: '1' }],
    [{ TERM: 'dumb' }],
    [{ FORCE_COLOR: '0' }],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }],
  ])('leaves a terminal plain with %j', (env) => expect(hasColour(terminal, env, true)).toBe(false));

  it('leaves a terminal plain with --no-color, and an empty NO_COLOR means nothing', () => {
    expect(hasColour(terminal, {}, false)).toBe(false);
    expect(hasColour(terminal, { NO_COLOR: '' }, true)).toBe(true);
  });

  it('colours a pipe with FORCE_COLOR', () => {
    expect(hasColour(pipe, { FORCE_COLOR: '1' }, true)).toBe(true);
  });
});
