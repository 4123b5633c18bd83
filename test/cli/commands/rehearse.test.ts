import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT } from '../../../src/core/errors.js';
import { createSpace, type Space } from '../../support/space.js';
import { runCommand, runJson } from '../run-command.js';

let space: Space;
/** An API that knows every customer and no product. */
let api: Server;
let origin: string;
beforeAll(async () => {
  space = await createSpace('rehearse-command');
  api = createServer((request, response) => {
    response.writeHead(request.method === 'GET' ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(request.method === 'GET' ? '{"orders":[]}' : '{"code":"PRODUCT_NOT_FOUND"}');
  });
  await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
});
afterAll(async () => {
  api.closeAllConnections();
  await new Promise((resolve) => api.close(resolve));
  await space.close();
});

const run = (args: readonly string[], env: Record<string, string> = {}) =>
  runCommand(['rehearse', ...args], { env: { ...space.environment, ...env } });
const rowsOf = async (table: string) => (await space.pool.query(`select 1 from ${table}`)).rows.length;
async function giveSignsOfLife(): Promise<void> {
  await space.pool.query(
    `insert into role_stats (role, replica, second, counts)
     select role, role || '-1', date_trunc('second', now()), '{"alive": 1}' from unnest(array['serve', 'consume', 'worker']) role
     on conflict do nothing`,
  );
}

describe('rehearse', () => {
  it('shows its plan and changes nothing with --dry-run', async () => {
    const plan = await runJson<Record<string, unknown>>(
      ['rehearse', '--dry-run', '--api', origin, '--units', '90'],
      {
        env: space.environment,
      },
    );
    expect(plan).toMatchObject({
      dryRun: true,
      ownRoles: false,
      api: [origin],
      apiProblem: null,
      liveRoles: { serve: 0, consume: 0, worker: 0 },
      kills: [],
    });
    expect(plan['products']).toHaveLength(3);
    const { code, stdout } = await run(['--dry-run', '--with-roles', '--kill', 'worker,serve']);
    expect(code).toBe(EXIT.ok);
    expect(stdout).toMatch(/^products +rehearsal-[0-9a-f]{8}-1 to -3: 300 units/m);
    expect(stdout).toMatch(/^kills +worker, then serve$/m);
    expect(await rowsOf('products')).toBe(0);
    expect(await rowsOf('operator_actions')).toBe(0);
  });

  it('is not begun where an order could not come to its end', async () => {
    const { code, stderr } = await run(['--yes', '--api', origin]);
    expect(code).toBe(EXIT.unreachable);
    expect(stderr).toContain('no serve and no consume and no worker gives a sign of life');
    expect(stderr).toContain('--with-roles');
    expect(await rowsOf('products')).toBe(0);
  });

  it('asks before it begins, and refuses without a terminal', async () => {
    await giveSignsOfLife();
    const { code, stderr } = await run(['--api', origin]);
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain('--yes');
    expect(await rowsOf('products')).toBe(0);
  });

  it('is not begun where nobody answers, or an API belongs to another stack', async () => {
    await giveSignsOfLife();
    const dead = await run(['--yes', '--api', 'http://127.0.0.1:1']);
    expect(dead).toMatchObject({ code: EXIT.unreachable });
    expect(dead.stderr).toContain('http://127.0.0.1:1 does not answer (ECONNREFUSED)');
    const other = await run(['--yes', '--api', origin]);
    expect(other).toMatchObject({ code: EXIT.usage });
    expect(other.stderr).toContain(
      'does not sell the products of this configuration (404 PRODUCT_NOT_FOUND)',
    );
    // Seeded behind closed doors, and the command that removes it is told.
    const [, left] = /rehearse --clean ([0-9a-f]{8})/.exec(other.stderr) ?? [];
    expect(await run(['--clean', left ?? ''])).toMatchObject({ code: EXIT.ok });
    expect(await rowsOf('products')).toBe(0);
  });

  it('kills servers only of the local stack of its folder', async () => {
    for (const server of ['redis', 'kafka', 'temporal', 'postgres']) {
      const { code, stderr } = await run(['--yes', '--kill', server, '--with-roles']);
      expect(code).toBe(EXIT.refused);
      expect(stderr).toContain(`--kill ${server}: no local stack runs in this folder; nothing was changed`);
    }
  });

  it('cleans no run that was never held', async () => {
    const { code, stderr } = await run(['--clean', '00000000', '--yes']);
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain('no rehearsal 00000000 was held in this database');
    expect(await run(['--clean', 'tee', '--yes'])).toMatchObject({ code: EXIT.usage });
  });
});
