import { describe, expect, it } from 'vitest';
import { between, judgeClock } from '../../../src/core/doctor/clocks/judge-clock.js';
import { measureClock, measureRoundTrip } from '../../../src/core/doctor/measure-round-trip.js';
import { judgeConnections } from '../../../src/core/doctor/postgres/connections.js';
import { judgeDurability } from '../../../src/core/doctor/postgres/durability.js';
import { judgeMigrations } from '../../../src/core/doctor/postgres/migrations.js';
import { judgePostgresRole } from '../../../src/core/doctor/postgres/replication.js';
import { judgeReach } from '../../../src/core/doctor/reach/judge-reach.js';
import { judgeEviction } from '../../../src/core/doctor/redis/eviction.js';
import { formatBytes, judgeMemory, memoryOf } from '../../../src/core/doctor/redis/memory.js';
import { judgePersistence } from '../../../src/core/doctor/redis/persistence.js';
import { judgeRedisRole } from '../../../src/core/doctor/redis/replication.js';
import { judgeAlive } from '../../../src/core/doctor/roles/alive.js';
import { judgePostgresVersion } from '../../../src/core/doctor/versions/postgres.js';
import { judgeRedisVersion } from '../../../src/core/doctor/versions/redis.js';
import { judgeTemporalVersion } from '../../../src/core/doctor/versions/temporal.js';
import type { PostgresServer } from '../../../src/core/postgres/read-server.js';

const redis = (info: Record<string, string>, appendFsync: string | null = 'everysec') => ({
  info: new Map(Object.entries(info)),
  appendFsync,
});
const SERVER: PostgresServer = {
  version: '15.8',
  versionNumber: 150_008,
  fsync: true,
  fullPageWrites: true,
  synchronousCommit: 'on',
  connections: 97,
  otherConnections: 3,
  inRecovery: false,
};

describe('what doctor says of a store that answers, is far, is away, or has no address', () => {
  it.each([
    ['near', { kind: 'answers', roundTripMs: 0.4 }, 'ok'],
    ['far', { kind: 'answers', roundTripMs: 80 }, 'warning'],
    ['away', { kind: 'away', reason: 'Redis does not answer: ECONNREFUSED', remedy: 'look' }, 'failed'],
    ['unset', { kind: 'unset', reason: 'REDIS_URL is not set' }, 'failed'],
  ] as const)('%s', (_what, reach, status) => {
    expect(judgeReach('redis', reach).status).toBe(status);
  });

  it('takes the shortest round trip for the distance', async () => {
    const times = [0, 9, 10, 12, 20, 27, 30, 38, 40, 46];
    expect(
      await measureRoundTrip(
        () => Promise.resolve(),
        () => times.shift() ?? 0,
      ),
    ).toBe(2);
  });
});

describe('what doctor says of clocks', () => {
  const LIMITS = { warnMs: 1_000, failMs: 10_000, consequence: 'windows go by it' };

  it('reads the other clock for the middle of the shortest round trip', async () => {
    const here = [1_000, 1_400, 2_000, 2_020, 3_000, 3_100, 4_000, 4_300, 5_000, 5_200];
    const there = [6_200, 7_010, 8_050, 9_150, 10_100];
    const measured = await measureClock(
      () => Promise.resolve(there.shift() ?? 0),
      () => here.shift() ?? 0,
    );
    expect(measured).toEqual({ offsetMs: 5_000, uncertaintyMs: 10 });
  });

  it.each([
    [300, 5, 'ok'],
    [1_500, 5, 'warning'],
    [-1_500, 5, 'warning'],
    [1_500, 800, 'ok'],
    [-12_000, 5, 'failed'],
  ])('%d ms apart, measured to %d ms, is %s', (offsetMs, uncertaintyMs, status) => {
    expect(judgeClock({ offsetMs, uncertaintyMs }, LIMITS).status).toBe(status);
  });

  it('compares two stores by what each is from here', () => {
    const apart = between({ offsetMs: 1_000, uncertaintyMs: 4 }, { offsetMs: -500, uncertaintyMs: 3 });
    expect(apart).toEqual({ offsetMs: -1_500, uncertaintyMs: 7 });
    expect(judgeClock(apart, LIMITS).message).toBe('1s behind (±7ms): windows go by it');
  });
});

describe('what doctor says of PostgreSQL', () => {
  it('fails settings that lose orders in a crash, and only warns of a local stack', () => {
    const unsafe = { ...SERVER, fsync: false, synchronousCommit: 'off' };
    const far = { production: false, databaseUrl: 'postgres://db.example/shop' };
    expect(judgeDurability(SERVER, far).status).toBe('ok');
    expect(judgeDurability(unsafe, far)).toMatchObject({
      status: 'failed',
      message: 'fsync, synchronous_commit off: a crash loses orders that were answered with 202',
      remedy: expect.stringContaining('alter system set fsync = on') as string,
    });
    const local = 'postgres://ordersctl@127.0.0.1:5432/shop';
    expect(judgeDurability(unsafe, { production: false, databaseUrl: local }).status).toBe('warning');
    expect(judgeDurability(unsafe, { production: true, databaseUrl: local }).status).toBe('failed');
    expect(judgeDurability({ ...SERVER, fullPageWrites: false }, far).status).toBe('failed');
  });

  it('counts the connections of all replicas, and of one more of each', () => {
    const replicas = { serve: 2, consume: 1, worker: 1 };
    expect(judgeConnections(SERVER, replicas)).toEqual({
      status: 'ok',
      message: 'roles need 48 at most, 94 are left for them',
      remedy: null,
    });
    expect(judgeConnections({ ...SERVER, connections: 70 }, replicas).status).toBe('warning');
    expect(judgeConnections({ ...SERVER, connections: 50 }, replicas)).toMatchObject({
      status: 'failed',
      message: 'roles need 48 connections at most, and the server has 47 left for them',
    });
    expect(judgeConnections(SERVER, { serve: 0, consume: 0, worker: 0 }).message).toContain('need 36');
  });

  it('wants the primary, in a version that was tried', () => {
    expect(judgePostgresRole(SERVER).status).toBe('ok');
    expect(judgePostgresRole({ ...SERVER, inRecovery: true }).status).toBe('failed');
    expect(judgePostgresVersion(SERVER).status).toBe('ok');
    expect(judgePostgresVersion({ ...SERVER, versionNumber: 140_012 }).status).toBe('failed');
  });

  it('tells migrations that are missing, changed, newer, or too new', () => {
    const row = (name: string, sha256 = name, oldestBinary = '0.1.0') => ({ name, sha256, oldestBinary });
    const known = [row('0001-a'), row('0002-b')];
    const judge = (...applied: ReturnType<typeof row>[]) => judgeMigrations(applied, known, '0.1.0');
    expect(judge(...known)).toMatchObject({ status: 'ok', message: 'all 2 applied' });
    expect(judge(row('0001-a'))).toMatchObject({
      status: 'failed',
      message: '1 of 2 are missing: 0002-b',
      remedy: 'ordersctl migrate',
    });
    expect(judge(row('0001-a', 'other'), row('0002-b')).message).toContain('changed');
    expect(judge(...known, row('0003-c')).status).toBe('warning');
    expect(judge(...known, row('0003-c', 'c', '9.0.0'))).toMatchObject({
      status: 'failed',
      message: '0003-c needs ordersctl 9.0.0 or newer; this is 0.1.0',
    });
  });

  it('hears replicas by their signs of life', () => {
    const live = [{ role: 'serve' as const, replica: 'a:1', silentMs: 3_000 }];
    expect(judgeAlive('serve', live)).toMatchObject({
      status: 'ok',
      message: '1 replica, heard 3s ago (a:1)',
    });
    expect(judgeAlive('worker', live)).toMatchObject({ status: 'failed', remedy: 'ordersctl worker' });
  });
});

describe('what doctor says of Redis', () => {
  const SAFE = { aof_enabled: '1', aof_last_write_status: 'ok', rdb_last_bgsave_status: 'ok' };
  const far = { production: false, redisUrl: 'redis://redis.example:6379' };

  it('wants an append-only file that is written', () => {
    expect(judgePersistence(redis(SAFE), far).status).toBe('ok');
    expect(judgePersistence(redis(SAFE, null), far).status).toBe('ok');
    expect(judgePersistence(redis(SAFE, 'no'), far).status).toBe('warning');
    expect(judgePersistence(redis({ ...SAFE, aof_enabled: '0' }), far).status).toBe('failed');
    expect(judgePersistence(redis({ ...SAFE, aof_last_write_status: 'err' }), far).status).toBe('failed');
    expect(judgePersistence(redis({ ...SAFE, rdb_last_bgsave_status: 'err' }), far).status).toBe('failed');
    expect(judgePersistence(null, far).status).toBe('warning');
    const local = { production: false, redisUrl: 'redis://localhost:6379' };
    expect(judgePersistence(redis({ ...SAFE, aof_enabled: '0' }), local).status).toBe('warning');
  });

  it('wants a policy that drops nothing', () => {
    expect(judgeEviction(redis({ maxmemory_policy: 'noeviction' })).status).toBe('ok');
    expect(judgeEviction(redis({ maxmemory_policy: 'allkeys-lru' }))).toMatchObject({
      status: 'failed',
      remedy: 'redis-cli -u "$REDIS_URL" config set maxmemory-policy noeviction',
    });
    expect(judgeEviction(null).status).toBe('warning');
  });

  it('measures memory against the limit, else against the machine', () => {
    const memory = (used: number, limit: number, total = 1_000) =>
      judgeMemory(
        memoryOf(
          redis({
            used_memory: String(used),
            maxmemory: String(limit),
            total_system_memory: String(total),
          }),
        ),
      );
    expect(memory(100, 200)).toMatchObject({ status: 'ok', message: '100 B of 200 B used' });
    expect(memory(160, 200).status).toBe('warning');
    expect(memory(190, 200).status).toBe('failed');
    expect(memory(190, 0)).toMatchObject({ status: 'ok', message: '190 B of 1000 B used, no maxmemory' });
    expect(judgeMemory(memoryOf(null)).status).toBe('warning');
    expect(formatBytes(2_621_440)).toBe('2.5 MB');
  });

  it('wants the primary, in a version that was tried', () => {
    expect(judgeRedisRole(redis({ role: 'master', connected_slaves: '2' })).message).toBe(
      'primary with 2 replicas',
    );
    expect(judgeRedisRole(redis({ role: 'slave' })).status).toBe('failed');
    expect(judgeRedisRole(null).status).toBe('warning');
    expect(judgeRedisVersion(redis({ redis_version: '6.2.14' })).status).toBe('failed');
    expect(judgeRedisVersion(redis({ redis_version: '7.0.15' })).status).toBe('ok');
    expect(judgeRedisVersion(null).status).toBe('warning');
  });
});

describe('what doctor says of the version of Temporal', () => {
  it.each([
    ['1.29.1', 'ok'],
    ['1.31.0-rc1', 'ok'],
    ['1.22.4', 'failed'],
    ['', 'warning'],
  ])('%s', (version, status) => {
    expect(judgeTemporalVersion(version).status).toBe(status);
  });
});
