import { describe, expect, it } from 'vitest';
import { readGlobalFlags, withoutContext } from '../../src/cli/global-flags.js';

const contextOf = (...args: string[]) => readGlobalFlags(args, {}).context;

describe('--context', () => {
  it.each([
    [
      ['--context', 'prod', 'list', '--json'],
      ['list', '--json'],
    ],
    [
      ['list', '--context', 'prod', '--json'],
      ['list', '--json'],
    ],
    [
      ['sale', 'close', 'tee', '--context=prod'],
      ['sale', 'close', 'tee'],
    ],
  ])('may stand anywhere: %j', (args, rest) => {
    expect(contextOf(...args)).toBe('prod');
    expect(withoutContext(args)).toEqual(rest);
  });

  it('given twice means the last, so that an alias can be overruled', () => {
    const args = ['--context', 'staging', 'list', '--context=prod'];
    expect(contextOf(...args)).toBe('prod');
    expect(withoutContext(args)).toEqual(['list']);
  });

  it.each([
    [['list', '--context']],
    [['--context', '--json', 'list']],
    [['list', '--context=']],
    [['--context', '']],
  ])('without a name is refused: %j', (args) => {
    expect(() => contextOf(...args)).toThrow(/--context needs the name of a context/);
  });

  it('behind -- is an argument like any other', () => {
    const args = ['inspect', '--', '--context', 'prod'];
    expect(contextOf(...args)).toBeUndefined();
    expect(withoutContext(args)).toEqual(args);
  });
});
