import { chmodSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { readStackEnv, readStackState } from '../../src/core/config/stack-state.js';
import { makePassable } from '../../src/dev/make-passable.js';
import { startStack } from '../../src/dev/start-stack.js';
import type { StackProgress } from '../../src/dev/stack-progress.js';
import { openStateFolder, outsideFolder } from '../../src/dev/state-folder.js';
import { createSpace } from '../support/space.js';
import { createFakeMachine } from './fake-machine.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-stack-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a stack of attached servers', () => {
  const attached = () => {
    const { redisUrl: redis, kafkaBrokers: kafka, temporalAddress: temporal } = inject('stack');
    return { redis, kafka, temporal };
  };

  it('starts nothing, ends nothing, and takes no address from the environment', async () => {
    const space = await createSpace('attach');
    const told: StackProgress[] = [];
    const stack = await startStack({
      folder,
      env: { ...process.env, DATABASE_URL: 'postgres://wrong', REDIS_URL: 'redis://wrong' },
      ports: 'auto',
      attach: { ...attached(), postgres: space.databaseUrl },
      migrate: false,
      report: (progress) => told.push(progress),
    });
    expect(stack.state.services.map(({ mode, pid }) => [mode, pid])).toEqual(Array(4).fill(['attach', null]));
    expect(stack.env).toMatchObject({ DATABASE_URL: space.databaseUrl, REDIS_URL: attached().redis });
    expect(readStackEnv(folder)).toEqual(stack.env);
    expect(told.filter((progress) => progress.phase === 'start')).toEqual([]);
    await expect(stack.restart('redis')).rejects.toMatchObject({ code: 'REFUSED' });

    await stack.stop();
    expect(readStackState(folder)).toBeUndefined();
    await space.pool.query('select 1');
    expect(await space.redis.ping()).toBe('PONG');
    await space.close();
  });

  it('fails when one of them does not answer, and lets the folder be used again', async () => {
    const start = () =>
      startStack({
        folder,
        env: process.env,
        ports: 'auto',
        attach: { ...attached(), postgres: 'postgres://nobody@127.0.0.1:1/none' },
      });
    await expect(start()).rejects.toMatchObject({ exitCode: 5 });
    await expect(start()).rejects.toMatchObject({ exitCode: 5 });
    expect(readStackState(folder)).toBeUndefined();
  });
});

describe('a stack beside a gatekeeper', () => {
  it.each([
    [true, 10],
    [false, 0],
  ])('runs what works behind it with giveWay %s at niceness %i', async (giveWay, niceness) => {
    const { redisUrl: redis, kafkaBrokers: kafka } = inject('stack');
    const space = await createSpace('give-way');
    const stack = await startStack({
      folder,
      env: process.env,
      ports: 'auto',
      ephemeral: true,
      giveWay,
      attach: { redis, kafka, postgres: space.databaseUrl },
      migrate: false,
    });
    try {
      const temporal = stack.state.services.find(({ name }) => name === 'temporal');
      expect(getPriority(temporal?.pid ?? -1)).toBe(niceness);
    } finally {
      await stack.stop();
      await space.close();
    }
  });
});

describe('the state folder', () => {
  it('keeps its id and its secret, which nobody else may read', () => {
    const first = openStateFolder(createFakeMachine(), folder);
    const again = openStateFolder(createFakeMachine(), folder);
    expect(again.jwtSecret).toBe(first.jwtSecret);
    expect(again.stackId).toBe(first.stackId);
    expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32);
    expect(statSync(join(folder, '.ordersctl/jwt-secret')).mode & 0o077).toBe(0);
  });

  it.runIf(process.getuid?.() === 0)(
    'keeps the data of PostgreSQL where its user can reach it when we are root, and stays with that choice',
    () => {
      const root = createFakeMachine({ isRoot: true });
      const closed = openStateFolder(root, folder);
      const outside = outsideFolder(closed.stackId);
      try {
        expect(closed.dataOf('postgres')).toBe(join(outside, 'postgres'));
        expect(closed.dataOf('redis')).toBe(join(folder, '.ordersctl/data/redis'));
        expect(existsSync(outside)).toBe(false);
        makePassable(closed.dataOf('postgres'));
        chmodSync(folder, 0o755);
        expect(openStateFolder(root, folder).dataOf('postgres')).toBe(join(outside, 'postgres'));
      } finally {
        rmSync(outside, { recursive: true, force: true });
      }
      expect(openStateFolder(root, folder).dataOf('postgres')).toBe(join(folder, '.ordersctl/data/postgres'));
    },
  );

  it('keeps all data inside for an ordinary user', () => {
    const opened = openStateFolder(createFakeMachine(), folder);
    expect(opened.dataOf('postgres')).toBe(join(folder, '.ordersctl/data/postgres'));
    expect(existsSync(outsideFolder(opened.stackId))).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)(
    'opens a throwaway folder for the servers instead of putting data elsewhere',
    () => {
      const opened = openStateFolder(createFakeMachine({ isRoot: true }), folder, { ephemeral: true });
      expect(opened.dataOf('postgres')).toBe(join(folder, '.ordersctl/data/postgres'));
      expect(statSync(folder).mode & 0o777).toBe(0o701);
    },
  );

  it('can be passed through whatever the umask says', () => {
    const before = process.umask(0o077);
    openStateFolder(createFakeMachine(), folder);
    process.umask(before);
    expect(statSync(join(folder, '.ordersctl/data')).mode & 0o777).toBe(0o711);
  });
});
