import { execFile, spawn } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODE_FLAGS } from '../../src/bench/stack/start-process.js';
import { installPackages } from '../../src/dev/install/apt.js';
import { createMachine } from '../../src/dev/machine.js';
import { REPOSITORY } from '../support/binary.js';
import { own } from '../support/owned.js';
import { createSpace } from '../support/space.js';
import { waitFor } from '../support/wait-for.js';

const machine = createMachine(process.env);
/** Needs to mount and chroot; the image itself needs none of this. */
const canBuild = machine.isRoot && machine.hasApt;
const BASE = 'localhost/ordersctl-test-base';
const IMAGE = 'localhost/ordersctl-test';
/** Where npm in the base finds the certificates of this machine: a proxy may stand before the registry. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

const execute = promisify(execFile);
let folder: string;
let container: string;

async function buildah(...args: string[]): Promise<string> {
  const { stdout } = await execute(
    'buildah',
    ['--root', join(folder, 'store'), '--runroot', join(folder, 'run'), ...args],
    {
      env: { ...process.env, STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' },
      maxBuffer: 64 * 1_024 * 1_024,
    },
  );
  return stdout.trim();
}
const inContainer = (...command: string[]) => buildah('run', container, '--', ...command);

/** Debian with the Node of this machine: an image that needs no registry of images. */
async function makeBase(): Promise<void> {
  const base = join(folder, 'base');
  await execute('debootstrap', ['--variant=minbase', 'stable', base]);
  copyFileSync(realpathSync(process.execPath), join(base, 'usr/bin/node'));
  const npm = dirname(dirname(realpathSync(machine.findProgram('npm') ?? '')));
  mkdirSync(join(base, 'usr/lib/node_modules'), { recursive: true });
  cpSync(npm, join(base, 'usr/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(base, 'usr/bin/npm'));
  if (existsSync(CERTIFICATES)) {
    mkdirSync(join(base, dirname(CERTIFICATES)), { recursive: true });
    copyFileSync(CERTIFICATES, join(base, CERTIFICATES));
    mkdirSync(join(base, 'usr/etc'));
    writeFileSync(join(base, 'usr/etc/npmrc'), `cafile=${CERTIFICATES}\n`);
  }
  const empty = await buildah('from', 'scratch');
  await buildah('copy', '-q', empty, base, '/');
  await buildah('commit', '-q', empty, BASE);
  rmSync(base, { recursive: true });
}

describe.skipIf(!canBuild)('the image', () => {
  beforeAll(async () => {
    const missing = ['buildah', 'debootstrap'].filter(
      (name) => machine.findProgram(name, ['/usr/sbin']) === undefined,
    );
    if (missing.length > 0) await installPackages(machine, missing);
    folder = mkdtempSync(join(tmpdir(), 'ordersctl-image-'));
    await makeBase();
    await buildah(
      'build',
      '--format',
      'docker',
      '--build-arg',
      `BASE=${BASE}`,
      '-f',
      'deploy/Dockerfile',
      '-t',
      IMAGE,
      REPOSITORY,
    );
    container = await buildah('from', IMAGE);
  }, 15 * 60_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('starts a role named by its argument, serve without one, and is asked for its health', async () => {
    const { Docker } = JSON.parse(await buildah('inspect', '--type', 'image', IMAGE)) as {
      Docker: {
        config: { User: string; Entrypoint: string[]; Cmd: string[]; Healthcheck: { Test: string[] } };
      };
    };
    expect(Docker.config).toMatchObject({
      User: '10001:10001',
      Entrypoint: ['node', ...NODE_FLAGS, 'bin/ordersctl.js'],
      Cmd: ['serve'],
      Healthcheck: { Test: ['CMD', 'node', 'deploy/healthcheck.mjs'] },
    });
  });

  it('runs as nobody in particular and holds what it runs, nothing else', async () => {
    expect(await inContainer('id', '-u')).toBe('10001');
    const files = await inContainer('ls', '-A', '/app', '/app/node_modules', '/app/dist/worker');
    expect(files).toContain('workflow-bundle.cjs');
    for (const name of ['src', 'test', 'typescript', 'vitest', '.npmrc'])
      expect(files.split('\n')).not.toContain(name);
    expect(JSON.parse(await inContainer('node', 'bin/ordersctl.js', 'version', '--json'))).toBeTypeOf(
      'object',
    );
  });

  it('serves, and tells its health from outside the process', async () => {
    const space = await createSpace('image');
    const [port, adminPort] = [await freePort(), await freePort()];
    const env = { ...space.environment, PORT: String(port), ORDERSCTL_ADMIN_PORT: String(adminPort) };
    const flags = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
    const healthy = () =>
      buildah(
        'run',
        '--env',
        `ORDERSCTL_ADMIN_PORT=${adminPort}`,
        container,
        '--',
        'node',
        'deploy/healthcheck.mjs',
      );
    await expect(healthy()).rejects.toMatchObject({ code: 1 });

    const stores = ['--root', join(folder, 'store'), '--runroot', join(folder, 'run')];
    const serve = spawn(
      'buildah',
      [...stores, 'run', ...flags, container, '--', 'node', 'bin/ordersctl.js', 'serve'],
      {
        env: { ...process.env, STORAGE_DRIVER: 'vfs', BUILDAH_ISOLATION: 'chroot' },
        detached: true,
        stdio: 'ignore',
      },
    );
    const end = () => void process.kill(-(serve.pid ?? 0), 'SIGTERM');
    const disown = own('serve in a container', end);
    const ended = new Promise((resolve) => serve.once('exit', resolve));
    await waitFor(() => healthy().then(() => true), { what: 'the health check to pass', timeoutMs: 60_000 });
    end();
    await ended;
    disown();
    await space.close();
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
