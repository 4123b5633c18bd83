/** Redis of the local stack. It keeps its data in an append-only file unless the stack is thrown away. */
import { mkdirSync } from 'node:fs';
import { createSilentLog } from '../../core/log.js';
import type { Service, Site } from '../service.js';

export const redis: Service = {
  name: 'redis',
  async findNative(machine) {
    const program = machine.findProgram('redis-server') ?? machine.findProgram('valkey-server');
    if (program === undefined) return { missing: 'no redis-server or valkey-server in PATH' };
    const { stdout } = await machine.run(program, ['--version'], { timeoutMs: 5_000 });
    const version = /v=(\S+)/.exec(stdout)?.[1] ?? '';
    return {
      why: `Redis ${version} at ${program}`,
      prepare: ({ dataFolder }) => {
        mkdirSync(dataFolder, { recursive: true });
        return Promise.resolve();
      },
      launch: (site) => ({
        command: program,
        args: [
          ...['--port', String(site.ports.redis), '--bind', '127.0.0.1', '--dir', site.dataFolder],
          ...settingsOf(site),
        ],
        stopSignal: 'SIGTERM',
      }),
    };
  },
  installation: () => Promise.resolve({ apt: ['redis-server'], brew: ['redis'] }),
  docker: (site) => ({
    image: 'redis:7',
    publish: [{ host: site.ports.redis, container: 6_379 }],
    env: {},
    volume: '/data',
    args: ['redis-server', ...settingsOf(site)],
  }),
  async probe(address) {
    const { createRedis } = await import('../../core/redis/create-redis.js');
    const options = {
      url: address,
      purpose: 'operator',
      prefix: '',
      applicationName: 'ordersctl-dev',
    } as const;
    const client = createRedis(options, createSilentLog());
    try {
      await client.ping();
    } finally {
      client.disconnect();
    }
  },
};

/** A sale must fail loudly when memory is full, never lose keys silently: noeviction. */
function settingsOf({ ephemeral }: Pick<Site, 'ephemeral'>): string[] {
  return ['--save', '', '--appendonly', ephemeral ? 'no' : 'yes', '--maxmemory-policy', 'noeviction'];
}
