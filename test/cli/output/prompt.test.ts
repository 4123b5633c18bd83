/** A question on a real terminal, and a person who thinks better of it. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { productKeys } from '../../../src/core/redis/keys.js';
import { createShop, type Shop } from '../../core/catalog/shop.js';
import { REPOSITORY } from '../../support/binary.js';
import { hasTerminal, openTerminal, type Terminal } from '../../support/terminal.js';

const BINARY = `${process.execPath} ${join(REPOSITORY, 'bin/ordersctl.js')}`;

let shop: Shop;
let terminal: Terminal;

describe.skipIf(!hasTerminal())('a question on a terminal', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    shop = await createShop('prompt');
    await shop.open('tee', 10);
    await shop.place('tee', { quantity: 2 });
    await shop.place('tee');
    terminal = openTerminal(100, 30, shop.space.environment);
  });
  afterAll(async () => {
    terminal.close();
    await shop.space.close();
  });

  it.each([
    ['cancel --product tee', 'Go on? [y/N]'],
    ['audit --repair', 'Go on? [y/N]'],
    ['sale close tee', 'Type "tee" to go on:'],
  ])(
    'of "%s" that is answered with Ctrl-C changes nothing, ends with 130, and leaves the terminal sane',
    async (command, question) => {
      if (command.startsWith('audit'))
        await shop.space.redis.incr(productKeys(shop.space.prefix, 'tee').stock);
      terminal.type(`clear; ${BINARY} ${command}; echo exit=$?`);
      await terminal.until('the question', (lines) => lines.some((line) => line.includes(question)));
      terminal.press('C-c');
      await terminal.until('the end', (lines) => lines.includes('exit=130'));
      // What is typed shows, lines are taken whole, and the shell is asked again.
      terminal.type('echo $((40 + 2))');
      const lines = await terminal.until('an echo', (shown) => shown.includes('42'));
      expect(lines).toContain('$ echo $((40 + 2))');
      expect((await shop.audit('tee')).held).toBe(3);
      const { rows } = await shop.space.pool.query(
        `select command from operator_actions where command like $1`,
        [`${command.split(' ')[0] ?? ''}%`],
      );
      expect(rows).toEqual([]);
    },
  );
});
