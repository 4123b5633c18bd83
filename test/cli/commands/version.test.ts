import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCommand, runJson } from '../run-command.js';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

describe('version', () => {
  it('names the binary, Node and the schemas', async () => {
    expect(await runJson(['version'])).toMatchObject({
      version,
      node: process.versions.node,
      schema: { newest: expect.stringMatching(/^\d{4}-/) as string },
      eventSchemaVersion: 1,
    });
    expect((await runCommand(['version'])).stdout).toContain(`ordersctl ${version}`);
  });
});
