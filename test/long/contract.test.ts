import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mintToken, startServe, type ServeSpace } from '../server/serve-space.js';
import { REPOSITORY } from '../support/binary.js';
import { createSpace } from '../support/space.js';

const execute = promisify(execFile);
const SCHEMATHESIS = 'schemathesis==4.32.5';
/** The product of the example in the contract: without it no order is ever accepted. */
const PRODUCT = 'tee-red-m';
const EXAMPLES = '150';
/** With a payment provider, whose callbacks are a part of the contract. */
const SECRET = 'the-secret-of-shop-and-provider-0123456789';

/** A Python that can make an environment of its own; Debian has that in a package beside it. */
function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

describe.skipIf(!hasPython())('the contract (needs python3 with venv)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ordersctl-contract-'));
    await execute('python3', ['-m', 'venv', folder]);
    await execute(join(folder, 'bin/pip'), [
      'install',
      '--quiet',
      '--disable-pip-version-check',
      SCHEMATHESIS,
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** @returns what it printed, and whether it found nothing */
  async function attack(serve: ServeSpace): Promise<{ found: boolean; report: string }> {
    const token = await mintToken({ sub: 'ada' });
    const args = [
      `--config-file=${join(REPOSITORY, 'test/long/schemathesis.toml')}`,
      '--no-color',
      'run',
      `${serve.api}/openapi.json`,
      '--header',
      `Authorization: Bearer ${token}`,
      `--max-examples=${EXAMPLES}`,
      '--request-timeout=10',
      '--continue-on-failure',
    ];
    const options = { cwd: folder, maxBuffer: 64 * 1_024 * 1_024 };
    try {
      const { stdout } = await execute(join(folder, 'bin/schemathesis'), args, options);
      return { found: false, report: stdout };
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      return { found: true, report: `${stdout}\n${stderr}` };
    }
  }

  it.each([
    ['as it is set up by default', {}],
    [
      'with rate limits and CORS',
      { rateLimitPerCustomer: '40/1s', rateLimitPerAddress: '1000/1s', corsOrigins: 'https://shop.example' },
    ],
  ])('is kept by serve %s: no 5xx, no undocumented answer', async (_how, settings) => {
    const serve = await startServe(await createSpace('contract-long'), {
      paymentSecret: SECRET,
      ...settings,
    });
    try {
      await serve.product(1_000_000, PRODUCT);
      const { found, report } = await attack(serve);
      expect(found, report).toBe(false);
      // All but the contract itself, by which it came.
      expect(report).toContain('Tested: 7');
      const { orders, claimed, heldUnits } = await serve.figures(PRODUCT);
      expect(orders).toBeGreaterThan(0);
      expect(heldUnits).toBe(claimed);
    } finally {
      await serve.close();
    }
  });
});
