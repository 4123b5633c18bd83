/** Temporal of the local stack: the dev server of its command line, on a SQLite file of this stack. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '../../core/config/schema.js';
import {
  cachedTemporal,
  findGo,
  installTemporal,
  OLDEST_GO,
  TEMPORAL_CLI_VERSION,
} from '../install/temporal-cli.js';
import type { Machine } from '../machine.js';
import type { Service } from '../service.js';

export const temporal: Service = {
  name: 'temporal',
  async findNative(machine) {
    const program = findTemporal(machine);
    if (program === undefined) {
      return { missing: 'no temporal in TEMPORAL_CLI_PATH, PATH or the cache' };
    }
    const { stdout } = await machine.run(program, ['--version'], { timeoutMs: 10_000 });
    const server = /Server ([\d.]+)/.exec(stdout)?.[1] ?? 'of unknown version';
    return {
      why: `Temporal server ${server} at ${program}`,
      prepare: ({ dataFolder }) => {
        mkdirSync(dataFolder, { recursive: true });
        return Promise.resolve();
      },
      launch: (site) => ({
        command: program,
        args: [
          ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(site.ports.temporal)],
          ...(site.ephemeral ? ['--headless'] : ['--ui-port', String(site.ports.temporalUi)]),
          ...['--log-level', 'warn', '--db-filename', join(site.dataFolder, 'temporal.db')],
          // A fifth of the defaults' time per workflow.
          ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=off'],
        ],
        stopSignal: 'SIGTERM',
        inBackground: true,
      }),
    };
  },
  async installation(machine) {
    const go = await findGo(machine);
    if ('missing' in go && !machine.hasApt && machine.platform !== 'darwin') {
      return { impossible: `${go.missing}; https://docs.temporal.io/cli has the program itself` };
    }
    return {
      apt: 'missing' in go ? ['golang-go'] : [],
      brew: 'missing' in go ? ['temporal'] : [],
      fetch: {
        what: `Temporal command line ${TEMPORAL_CLI_VERSION}, built with Go ${OLDEST_GO} or newer (some minutes, once)`,
        run: installTemporal,
      },
    };
  },
  docker: ({ ports, ephemeral }) => ({
    image: `temporalio/temporal:${TEMPORAL_CLI_VERSION.slice(1)}`,
    publish: [
      { host: ports.temporal, container: 7_233 },
      ...(ephemeral ? [] : [{ host: ports.temporalUi, container: 8_233 }]),
    ],
    env: {},
    volume: '/data',
    args: [
      ...[
        'server',
        'start-dev',
        '--ip',
        '0.0.0.0',
        '--log-level',
        'warn',
        '--db-filename',
        '/data/temporal.db',
      ],
      ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=off'],
    ],
  }),
  async probe(address) {
    const { createTemporalClient } = await import('../../core/temporal/create-temporal-client.js');
    const connected = await createTemporalClient(configSchema.parse({ temporalAddress: address }));
    try {
      await connected.client.workflowService.describeNamespace({ namespace: 'default' });
    } finally {
      await connected.close();
    }
  },
};

function findTemporal(machine: Machine): string | undefined {
  const named = machine.env['TEMPORAL_CLI_PATH'];
  if (named) return machine.exists(named) ? named : undefined;
  const cached = cachedTemporal(machine);
  return machine.findProgram('temporal') ?? (machine.exists(cached) ? cached : undefined);
}
