import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createContext } from '../../../src/cli/context.js';
import { NO_FLAGS } from '../../../src/cli/global-flags.js';
import { beginMutation, type Question } from '../../../src/cli/mutation/begin-mutation.js';
import type { MutationOptions } from '../../../src/cli/mutation/options.js';

const PLAIN = { actor: 'kim', context: undefined, production: false, readOnly: false };
const PROD = { ...PLAIN, context: 'prod', production: true };
const why = { reason: 'wrong price' };

/** @param typed what is typed on the terminal; undefined: there is none */
function begin(config: typeof PLAIN | typeof PROD, options: MutationOptions = {}, typed?: string) {
  const isTTY = typed !== undefined;
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  let said = '';
  stderr.on('data', (chunk: Buffer) => {
    said += String(chunk);
    if (/to go on: $|\[y\/N\] $/.test(said)) stdin.write(`${typed ?? ''}\n`);
  });
  const stdout = new PassThrough();
  const io = { stdin, stderr, stdout, env: {}, cwd: '/', forceExit: () => undefined };
  const context = createContext(io, NO_FLAGS);
  return { mutation: () => beginMutation(context, config, 'sale pause', options), said: () => said };
}

/** Resolves with `goes on`, or with what the operator is told. */
async function outcome(
  config: typeof PLAIN | typeof PROD,
  options: MutationOptions,
  question: Partial<Question>,
  typed?: string,
): Promise<string> {
  try {
    await begin(config, options, typed)
      .mutation()
      .confirm({ what: 'pause 3 sales', ...question });
    return 'goes on';
  } catch (error) {
    const { code, message, hint } = error as { code: string; message: string; hint: string };
    return `${code}: ${message}. ${hint}`;
  }
}

describe('a read-only place', () => {
  const readOnly = { ...PROD, readOnly: true };

  it('refuses, whatever else is given, and says so by name', () => {
    const { mutation } = begin(readOnly, { ...why, yes: true, confirm: 'prod' }, 'prod');
    expect(mutation).toThrow('sale pause would change something, and context prod is read-only');
    expect(begin({ ...PLAIN, readOnly: true }).mutation).toThrow('this is read-only; nothing was changed');
  });

  it('lets a dry run through, which needs no reason either', () => {
    expect(begin(readOnly, { dryRun: true }).mutation().dryRun).toBe(true);
  });

  it('keeps a dry run from ever asking', async () => {
    const question = begin(readOnly, { dryRun: true }).mutation().confirm({ what: 'pause 3 sales' });
    await expect(question).rejects.toThrow('a dry run has nothing to confirm');
  });
});

describe('production', () => {
  it.each([{}, { reason: '' }, { reason: '  ' }])('wants a reason: %j is none', (options) => {
    expect(begin(PROD, options).mutation).toThrow('sale pause needs a reason in context prod');
    expect(begin({ ...PROD, context: undefined }, options).mutation).toThrow('needs a reason in production');
  });

  it.each([
    ['prod', 'goes on'],
    [' prod ', 'goes on'],
    ['y', 'REFUSED'],
    ['PROD', 'REFUSED'],
    ['', 'REFUSED'],
  ])('wants its name typed: "%s"', async (typed, expected) => {
    expect(await outcome(PROD, why, {}, typed)).toContain(expected);
  });

  it('takes its name from --confirm, and no other', async () => {
    expect(await outcome(PROD, { ...why, confirm: 'prod' }, {})).toBe('goes on');
    const refused = await outcome(PROD, { ...why, confirm: 'staging' }, {}, 'prod');
    expect(refused).toBe(
      'REFUSED: --confirm staging is not prod; nothing was changed. To go on: --confirm "prod"',
    );
  });

  it('does not take --yes, with or without a terminal', async () => {
    const options = { ...why, yes: true } as const;
    expect(await outcome(PROD, options, {}, 'y')).toContain('REFUSED');
    expect(await outcome(PROD, options, {}, 'prod')).toBe('goes on');
    expect(await outcome(PROD, options, {})).toContain('--yes is not enough');
  });

  it('asks also for one thing that was named by hand, and by its own name for what is typed elsewhere', async () => {
    expect(await outcome(PROD, why, { single: true })).toContain('--confirm "prod"');
    expect(await outcome(PROD, why, { typed: 'tee' }, 'tee')).toContain('REFUSED');
    expect(await outcome(PROD, why, { typed: 'tee' }, 'prod')).toBe('goes on');
  });

  it('without a context goes by the word production', async () => {
    const unnamed = { ...PROD, context: undefined };
    expect(await outcome(unnamed, { ...why, confirm: 'production' }, {})).toBe('goes on');
    expect(await outcome(unnamed, why, {})).toContain('--confirm "production"');
  });
});

describe('anywhere else', () => {
  it('wants a yes for many things, and none for one that was named by hand', async () => {
    expect(await outcome(PLAIN, {}, {}, 'y')).toBe('goes on');
    expect(await outcome(PLAIN, {}, {}, 'n')).toContain('REFUSED');
    expect(await outcome(PLAIN, { yes: true }, {})).toBe('goes on');
    expect(await outcome(PLAIN, {}, { single: true })).toBe('goes on');
  });

  it('refuses without a terminal and says how to go on', async () => {
    expect(await outcome(PLAIN, {}, {})).toBe(
      'REFUSED: about to pause 3 sales, and there is no terminal to ask on; nothing was changed. ' +
        'Look first with --dry-run, then run it again with --yes',
    );
    expect(await outcome(PLAIN, {}, { typed: 'tee' })).toContain('--confirm "tee"');
  });

  it('takes what must be typed from --confirm, and --yes for it', async () => {
    expect(await outcome(PLAIN, { confirm: 'tee' }, { typed: 'tee' })).toBe('goes on');
    expect(await outcome(PLAIN, { confirm: 'mug' }, { typed: 'tee' })).toContain('REFUSED');
    expect(await outcome(PLAIN, { yes: true }, { typed: 'tee' })).toBe('goes on');
  });
});

it('says once which context is changed', async () => {
  const { mutation, said } = begin({ ...PROD }, { ...why, confirm: 'prod' });
  await mutation().confirm({ what: 'pause 3 sales' });
  mutation();
  await new Promise(setImmediate);
  expect(said()).toBe('context prod (production)\n');
});

it('says who, why and whether it is only a plan, for the record', () => {
  const { request } = begin(PLAIN, { reason: ' wrong price ', dryRun: true }).mutation();
  expect(request).toMatchObject({ actor: 'kim', reason: 'wrong price', dryRun: true });
});
