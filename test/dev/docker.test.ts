import { describe, expect, it } from 'vitest';
import { dockerLaunch, pullImage, removeContainer } from '../../src/dev/docker.js';
import { SERVICES } from '../../src/dev/services/all.js';
import { portsAt, SERVICE_NAMES, type ServiceName } from '../../src/dev/service-names.js';
import { createFakeMachine } from './fake-machine.js';

const DOCKER = '/usr/bin/docker';
const site = (ephemeral: boolean) => ({ dataFolder: '/unused', ports: portsAt(10_000), ephemeral });
const commandOf = (name: ServiceName, ephemeral = false) =>
  [DOCKER, ...dockerLaunch(DOCKER, 'abc', SERVICES[name], site(ephemeral)).args].join(' ');

describe('the commands that Docker mode runs', () => {
  it('publish on loopback only, die with their client, and keep data in a volume of this stack', () => {
    for (const name of SERVICE_NAMES) {
      const command = commandOf(name);
      expect(command).toMatch(
        new RegExp(`^${DOCKER} run --rm --init --name ordersctl-abc-${name} --publish 127\\.0\\.0\\.1:`),
      );
      expect(command).toContain(`--volume ordersctl-abc-${name}:`);
      expect(command.match(/--publish /g)).toHaveLength(
        command.match(/--publish 127\.0\.0\.1:/g)?.length ?? 0,
      );
    }
  });

  it('leave no volume behind when the stack is thrown away', () => {
    for (const name of SERVICE_NAMES) expect(commandOf(name, true)).not.toContain('--volume');
  });

  it('are these', () => {
    expect(commandOf('postgres', true)).toBe(
      `${DOCKER} run --rm --init --name ordersctl-abc-postgres --publish 127.0.0.1:15432:5432 ` +
        '--env POSTGRES_USER=ordersctl --env POSTGRES_DB=postgres --env POSTGRES_HOST_AUTH_METHOD=trust ' +
        'postgres:17 -c max_connections=300 -c fsync=off -c full_page_writes=off',
    );
    expect(commandOf('redis')).toContain(
      'redis:7 redis-server --save  --appendonly yes --maxmemory-policy noeviction',
    );
    expect(commandOf('kafka')).toContain('--env KAFKA_ADVERTISED_LISTENERS=PLAINTEXT://127.0.0.1:19092 ');
    expect(commandOf('kafka')).toContain('--env KAFKA_AUTO_CREATE_TOPICS_ENABLE=false ');
    expect(commandOf('temporal')).toContain('--publish 127.0.0.1:17233:7233 --publish 127.0.0.1:18233:8233');
    expect(commandOf('temporal')).toContain('temporalio/temporal:1.5.1 server start-dev --ip 0.0.0.0');
  });

  it('pull an image only when it is not there, so that a second start works offline', async () => {
    const present = createFakeMachine();
    await pullImage(present, DOCKER, 'redis:7');
    expect(present.commands).toEqual([`${DOCKER} image inspect redis:7`]);

    const absent = createFakeMachine({ answers: { [`${DOCKER} image`]: { code: 1 } } });
    await pullImage(absent, DOCKER, 'redis:7');
    expect(absent.commands.at(-1)).toBe(`${DOCKER} pull --quiet redis:7`);
  });

  it('say why an image cannot be had', async () => {
    const answers = {
      [`${DOCKER} image`]: { code: 1 },
      [`${DOCKER} pull`]: { code: 1, stderr: 'noise\nno such host\n' },
    };
    await expect(pullImage(createFakeMachine({ answers }), DOCKER, 'redis:7')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'docker pull redis:7 failed: no such host',
    });
  });

  it('remove what a killed client left', async () => {
    const machine = createFakeMachine();
    await removeContainer(machine, DOCKER, 'ordersctl-abc-redis');
    expect(machine.commands).toEqual([`${DOCKER} rm --force --volumes ordersctl-abc-redis`]);
  });
});
