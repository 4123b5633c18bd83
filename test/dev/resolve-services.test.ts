import { describe, expect, it } from 'vitest';
import { resolveServices, type Mode } from '../../src/dev/resolve-services.js';
import { SERVICES } from '../../src/dev/services/all.js';
import { SERVICE_NAMES, type ServiceName } from '../../src/dev/service-names.js';
import { createFakeMachine, type FakeOptions } from './fake-machine.js';

const DOCKER = '/usr/bin/docker';
const withDaemon = { programs: [DOCKER], answers: { [`${DOCKER} version`]: { stdout: '27.1\n' } } };
const clientOnly = {
  programs: [DOCKER],
  answers: { [`${DOCKER} version`]: { code: 1, stderr: 'no daemon' } },
};

async function resolve(
  machine: FakeOptions,
  options: { mode?: Mode; attach?: Record<string, string>; only?: ServiceName[] } = {},
) {
  const services = (options.only ?? [...SERVICE_NAMES]).map((name) => SERVICES[name]);
  return resolveServices(createFakeMachine(machine), services, {
    mode: options.mode ?? 'auto',
    attach: options.attach ?? {},
  });
}
const hows = (resolved: Awaited<ReturnType<typeof resolve>>) =>
  resolved.map((one) => `${one.service.name} ${one.how}`);

describe('order of resolution', () => {
  it('attaches where told to, even when the program is there', async () => {
    const resolved = await resolve(
      { programs: ['/usr/bin/redis-server'] },
      { only: ['redis'], attach: { redis: 'redis://there' } },
    );
    expect(resolved).toMatchObject([{ how: 'attach', address: 'redis://there' }]);
  });

  it('prefers a program of the machine to Docker', async () => {
    const resolved = await resolve(
      { ...withDaemon, programs: [DOCKER, '/usr/bin/redis-server'] },
      { only: ['redis'] },
    );
    expect(hows(resolved)).toEqual(['redis native']);
  });

  it('takes Docker for what the machine lacks when a daemon answers', async () => {
    expect(hows(await resolve(withDaemon))).toEqual([
      'postgres docker',
      'redis docker',
      'kafka docker',
      'temporal docker',
    ]);
  });

  it('does not take a docker client without a daemon for Docker', async () => {
    const resolved = await resolve({ ...clientOnly, isRoot: true, hasApt: true });
    expect(hows(resolved)).toEqual([
      'postgres install',
      'redis install',
      'kafka install',
      'temporal install',
    ]);
  });

  it('asks Docker only when something is missing', async () => {
    const machine = createFakeMachine({ ...withDaemon, programs: [DOCKER, '/usr/bin/redis-server'] });
    await resolveServices(machine, [SERVICES.redis], { mode: 'auto', attach: {} });
    expect(machine.commands.filter((line) => line.startsWith(DOCKER))).toEqual([]);
  });

  it('with --mode native never asks Docker, with --mode docker never looks for programs', async () => {
    await expect(resolve({ ...withDaemon }, { mode: 'native', only: ['redis'] })).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    const programs = [DOCKER, '/usr/bin/redis-server'];
    expect(hows(await resolve({ ...withDaemon, programs }, { mode: 'docker', only: ['redis'] }))).toEqual([
      'redis docker',
    ]);
    await expect(resolve({ programs }, { mode: 'docker', only: ['redis'] })).rejects.toMatchObject({
      exitCode: 5,
    });
  });
});

describe('what an ordinary user is told', () => {
  it('is one line to type with all packages of all servers, exit code 5', async () => {
    await expect(resolve({ hasApt: true })).rejects.toMatchObject({
      exitCode: 5,
      message: expect.stringContaining('redis: no redis-server or valkey-server in PATH') as unknown,
      hint: 'sudo apt-get install -y postgresql redis-server default-jre-headless maven golang-go',
    });
  });

  it('is the line of the system at hand', async () => {
    await expect(resolve({ platform: 'darwin' })).rejects.toMatchObject({
      hint: 'brew install postgresql@17 redis openjdk maven temporal',
    });
  });

  it('may be nothing: what needs no package is fetched without root', async () => {
    const programs = ['/usr/bin/java', '/usr/bin/mvn', '/usr/bin/go'];
    const answers = {
      '/usr/bin/java': { stderr: 'openjdk version "21.0.1"' },
      '/usr/bin/go': { stdout: 'go version go1.22.0 linux/amd64' },
    };
    expect(hows(await resolve({ programs, answers }, { only: ['kafka', 'temporal'] }))).toEqual([
      'kafka install',
      'temporal install',
    ]);
  });
});

describe('programs of the machine', () => {
  it('takes the newest PostgreSQL that Debian has, as user postgres when we are root', async () => {
    const machine: FakeOptions = {
      isRoot: true,
      programs: ['/usr/lib/postgresql/9.6/bin/postgres', '/usr/lib/postgresql/15/bin/postgres'],
      folders: { '/usr/lib/postgresql': ['15', '9.6'] },
      answers: {
        'getent passwd postgres': { stdout: 'postgres:x:105:112::/var/lib/postgresql:/bin/bash\n' },
      },
    };
    const [resolved] = await resolve(machine, { only: ['postgres'] });
    expect(resolved?.why).toContain('/usr/lib/postgresql/15/bin, as user postgres');
    const site = { dataFolder: '/data', ports: { postgres: 1 } as never, ephemeral: false };
    expect(resolved?.how === 'native' && resolved.program.launch(site).asUser).toBe('postgres');
  });

  it('cannot use PostgreSQL as root without a user to run it as', async () => {
    const machine: FakeOptions = {
      isRoot: true,
      programs: ['/usr/bin/postgres'],
      answers: { getent: { code: 2 } },
    };
    await expect(resolve(machine, { only: ['postgres'], mode: 'native' })).rejects.toMatchObject({
      message: expect.stringContaining('refuses to run as root') as unknown,
    });
  });

  it('turns down a Java that is too old for Kafka, and says so', async () => {
    const answers = { '/usr/bin/java': { stderr: 'openjdk version "11.0.2" 2019-01-15' } };
    await expect(
      resolve({ programs: ['/usr/bin/java'], answers }, { only: ['kafka'] }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('is Java 11; Kafka needs 17') as unknown,
    });
  });

  it('takes the Kafka of KAFKA_HOME', async () => {
    const machine: FakeOptions = {
      env: { KAFKA_HOME: '/opt/kafka' },
      files: ['/opt/kafka/libs'],
      programs: ['/usr/bin/java'],
      answers: { '/usr/bin/java': { stderr: 'openjdk version "17.0.1"' } },
    };
    expect((await resolve(machine, { only: ['kafka'] }))[0]?.why).toBe(
      'Kafka in KAFKA_HOME /opt/kafka, Java 17',
    );
  });

  it('takes the temporal that TEMPORAL_CLI_PATH names, and no other when that is not there', async () => {
    const programs = ['/usr/bin/temporal', '/opt/temporal'];
    const [named] = await resolve(
      { programs, env: { TEMPORAL_CLI_PATH: '/opt/temporal' } },
      { only: ['temporal'] },
    );
    expect(named?.why).toContain('/opt/temporal');
    await expect(
      resolve({ programs, env: { TEMPORAL_CLI_PATH: '/gone' } }, { only: ['temporal'], mode: 'native' }),
    ).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});
