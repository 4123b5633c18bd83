import { afterEach, describe, expect, it } from 'vitest';
import { startAdminServer, type AdminServer, type Readiness } from '../../../src/core/admin/admin-server.js';
import type { DependencyCheck } from '../../../src/core/admin/dependency-checks.js';
import { addGauge, createMetricsRegistry, createStatsMirror } from '../../../src/core/admin/metrics.js';

describe('the admin server', () => {
  const running: AdminServer[] = [];
  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.close()));
  });

  const start = async (...args: Parameters<typeof begin>) => {
    const begun = await begin(...args);
    begun.server.started();
    return begun;
  };
  const begin = async (checks: DependencyCheck[] = [], isDraining = () => false, port = 0) => {
    const registry = createMetricsRegistry({ role: 'serve', version: '1.2.3' });
    const server = await startAdminServer({
      port,
      host: '127.0.0.1',
      role: 'serve',
      checks,
      isDraining,
      registry,
    });
    running.push(server);
    const get = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${server.port}${path}`, init);
    return { server, registry, get };
  };
  const ok: DependencyCheck = { name: 'redis', check: () => Promise.resolve() };

  it('is unready until every dependency has answered once, and stays ready when one goes away later', async () => {
    let postgres: 'never' | 'up' | 'away' = 'never';
    const check: DependencyCheck = {
      name: 'postgres',
      check: () => (postgres === 'up' ? Promise.resolve() : Promise.reject(new Error('refused'))),
    };
    const { get } = await start([ok, check]);
    expect((await get('/readyz')).status).toBe(503);
    const before = (await (await get('/readyz?verbose')).json()) as Readiness;
    expect(before).toEqual({
      role: 'serve',
      ready: false,
      starting: false,
      draining: false,
      checks: [
        { name: 'redis', ok: true, everOk: true, error: null },
        { name: 'postgres', ok: false, everOk: false, error: 'refused' },
      ],
    });
    postgres = 'up';
    await expect.poll(async () => (await get('/readyz')).status, { timeout: 5_000 }).toBe(200);
    postgres = 'away';
    await expect
      .poll(async () => ((await (await get('/readyz?verbose')).json()) as Readiness).checks[1]?.ok, {
        timeout: 5_000,
      })
      .toBe(false);
    expect((await get('/readyz')).status).toBe(200);
  });

  it('is unready until its role has started, though every dependency answers', async () => {
    const { server, get } = await begin([ok]);
    expect((await get('/readyz')).status).toBe(503);
    expect((await (await get('/readyz?verbose')).json()) as Readiness).toMatchObject({
      starting: true,
      checks: [{ ok: true }],
    });
    server.started();
    expect((await get('/readyz')).status).toBe(200);
  });

  it('is unready while it drains, but lives', async () => {
    const { get } = await start([ok], () => true);
    expect((await get('/readyz')).status).toBe(503);
    expect((await get('/livez')).status).toBe(200);
  });

  it('asks a dependency at most once a second, however many probes come', async () => {
    let asked = 0;
    const { get } = await start([{ name: 'redis', check: () => Promise.resolve(void (asked += 1)) }]);
    await Promise.all(Array.from({ length: 20 }, () => get('/readyz')));
    expect(asked).toBe(1);
  });

  it('does not wait for a dependency that hangs', async () => {
    const { get } = await start([ok, { name: 'postgres', check: () => new Promise(() => undefined) }]);
    const body = (await (await get('/readyz?verbose')).json()) as Readiness;
    expect(body.checks[1]?.error).toBe('no answer within 1000 ms');
  });

  it('shows the process, the build and what was added to the registry', async () => {
    const { get, registry } = await start();
    const mirror = createStatsMirror(registry);
    mirror.count('accepted', 3);
    mirror.observe('accept', 7);
    let depth: number | undefined = 5;
    addGauge(registry, { name: 'outbox_depth', help: 'x', read: () => depth });
    const first = await (await get('/metrics')).text();
    expect(first).toContain('ordersctl_build_info{version="1.2.3"');
    expect(first).toContain('process_resident_memory_bytes{role="serve"}');
    expect(first).toContain('ordersctl_events_total{code="accepted",role="serve"} 3');
    expect(first).toContain('ordersctl_latency_seconds_bucket{le="0.01",role="serve",measure="accept"} 1');
    expect(first).toContain('ordersctl_outbox_depth{role="serve"} 5');
    depth = undefined;
    expect(await (await get('/metrics')).text()).not.toMatch(/^ordersctl_outbox_depth/m);
  });

  it('refuses other paths and methods', async () => {
    const { get } = await start();
    expect((await get('/orders')).status).toBe(404);
    expect((await get('/livez', { method: 'POST' })).status).toBe(405);
  });

  it('names the port that is taken and the setting to change', async () => {
    const { server } = await start();
    await expect(start([], () => false, server.port)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`127.0.0.1:${server.port}`) as string,
      hint: expect.stringContaining('ORDERSCTL_ADMIN_PORT') as string,
    });
  });

  it('ends at once, with probes still connected', async () => {
    const { server, get } = await start();
    await get('/livez');
    await server.close();
    await expect(get('/livez')).rejects.toThrow();
  });
});
