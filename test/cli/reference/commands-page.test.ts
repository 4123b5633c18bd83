import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readReference } from '../../../src/cli/reference/read-reference.js';
import { REPOSITORY } from '../../support/binary.js';
import { COMMAND_TABLE } from '../command-table.js';

describe('docs/commands.md', () => {
  it('says what the help says; if not: npm run commands', async () => {
    expect(readFileSync(join(REPOSITORY, 'docs/commands.md'), 'utf8')).toBe(await readReference());
  });

  it('has a heading for every command, but for those that only this binary calls', async () => {
    const page = await readReference();
    const missing = Object.keys(COMMAND_TABLE).filter((path) => !page.includes(`# ordersctl ${path}\n`));
    expect(missing).toEqual(['bench reference', 'completion words']);
  });
});
