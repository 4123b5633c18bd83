import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  assertHashes,
  fetchJars,
  findJars,
  KAFKA_VERSION,
  readJarList,
} from '../../src/dev/install/kafka-jars.js';
import { createFakeMachine } from './fake-machine.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordersctl-jars-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the committed list', () => {
  it('holds the broker of the version that the pom asks for, each jar once', () => {
    const names = readJarList().map((jar) => jar.name);
    expect(names).toContain(`kafka_2.13-${KAFKA_VERSION}.jar`);
    expect(new Set(names).size).toBe(names.length);
    const pom = readFileSync(new URL('../../deploy/kafka/pom.xml', import.meta.url), 'utf8');
    expect(pom).toContain(`<version>${KAFKA_VERSION}</version>`);
  });

  it('is refused whole when a line is not one', () => {
    const path = join(folder, 'list');
    writeFileSync(path, `${sha256('a')}  ../../evil.jar\n`);
    expect(() => readJarList(path)).toThrow('not a line of a hash list');
  });
});

describe('checking', () => {
  const list = [{ name: 'a.jar', sha256: sha256('a') }];

  it('accepts exactly the jars of the list', () => {
    writeFileSync(join(folder, 'a.jar'), 'a');
    expect(() => assertHashes(folder, list)).not.toThrow();
  });

  it('refuses a jar that is missing, altered or not on the list, and names it', () => {
    expect(() => assertHashes(folder, list)).toThrow('a.jar is missing');
    writeFileSync(join(folder, 'a.jar'), 'b');
    expect(() => assertHashes(folder, list)).toThrow(/a\.jar has hash/);
    writeFileSync(join(folder, 'a.jar'), 'a');
    writeFileSync(join(folder, 'b.jar'), '');
    expect(() => assertHashes(folder, list)).toThrow('b.jar is not on the list');
  });
});

describe('fetching', () => {
  it('leaves nothing in the cache when Maven brings something else', async () => {
    const machine = createFakeMachine({ cacheFolder: folder, programs: ['/usr/bin/mvn'] });
    const run: typeof machine.run = (_command, _args, options) => {
      writeFileSync(join(options?.cwd ?? '', readJarList()[0]?.name ?? ''), 'something else');
      return Promise.resolve({ code: 0, stdout: '', stderr: '' });
    };
    await expect(fetchJars({ ...machine, run })).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(readdirSync(join(folder, 'kafka'))).toEqual([]);
    expect(findJars(machine)).toBeUndefined();
  });

  it('tells what Maven said when it fails', async () => {
    const answers = { '/usr/bin/mvn': { code: 1, stdout: '[INFO] noise\n[ERROR] Unknown host repo\n' } };
    const machine = createFakeMachine({ cacheFolder: folder, programs: ['/usr/bin/mvn'], answers });
    await expect(fetchJars(machine)).rejects.toThrow(/\[ERROR\] Unknown host repo/);
    expect(existsSync(join(folder, 'kafka', KAFKA_VERSION))).toBe(false);
  });
});
