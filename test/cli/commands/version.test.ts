import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
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
      workflows: {
        types: ['orderSaga', 'sweep'],
        bundle: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      },
    });
    expect((await runCommand(['version'])).stdout).toContain(`ordersctl ${version}`);
  });

  it('tells which Lua scripts it brings, by the digests that Redis knows them by', async () => {
    const { scripts } = await runJson<{ scripts: { digest: string; each: Record<string, string> } }>([
      'version',
    ]);
    const folder = new URL('../../../src/lua/', import.meta.url);
    const files = readdirSync(folder).filter((name) => name.endsWith('.lua'));
    const digests = files.map((name) =>
      createHash('sha1')
        .update(readFileSync(new URL(name, folder)))
        .digest('hex'),
    );
    expect(Object.values(scripts.each).sort()).toEqual(digests.sort());
    expect((await runCommand(['version'])).stdout).toContain(`scripts   ${scripts.digest.slice(0, 12)}`);
  });
});
