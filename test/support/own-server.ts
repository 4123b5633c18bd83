/** A server of the test's own, to be frozen, killed and started again while the shared one goes on. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMachine } from '../../src/dev/machine.js';
import { choosePorts } from '../../src/dev/ports.js';
import type { Service, Site } from '../../src/dev/service.js';
import { addressOf } from '../../src/dev/service-names.js';
import { startService, type ServiceProcess } from '../../src/dev/service-process.js';
import { own } from './owned.js';
import { waitFor } from './wait-for.js';

export interface OwnServer {
  /** As its setting wants it: a URL, or host:port. The same after a restart. */
  readonly address: string;
  /** Stops it in mid-air: connections stay, nothing answers. */
  freeze(): void;
  thaw(): void;
  /** In an orderly way, or killed at once. Resolves when it is gone. */
  stop(inHaste: boolean): Promise<void>;
  /** Sends a signal that ends it, and waits for the end. */
  endBy(signal: NodeJS.Signals): Promise<void>;
  /** Starts it again on its data. Resolves when it answers. */
  start(): Promise<void>;
  close(): Promise<void>;
}

/** The server's own user may enter it. */
const PASS_THROUGH = 0o711;
/** As long as the stack itself waits for a server: a busy machine takes its time. */
const START_MS = 90_000;

/**
 * @param options.durable whether its data would be safe against a power cut. Default false
 * @param options.prepared called once, when its files are there and before it starts for the first time
 */
export async function startOwnServer(
  service: Service,
  options: { durable?: boolean; prepared?: (site: Site) => Promise<void> } = {},
): Promise<OwnServer> {
  const program = await service.findNative(createMachine(process.env));
  if ('missing' in program) throw new Error(program.missing);
  const folder = mkdtempSync(join(tmpdir(), `ordersctl-test-${service.name}-`));
  chmodSync(folder, PASS_THROUGH);
  const ports = await choosePorts('auto');
  const site = { dataFolder: join(folder, 'data'), ports, ephemeral: options.durable !== true };
  const address = addressOf(service.name, ports);
  let running: ServiceProcess | undefined;
  const signal = (name: NodeJS.Signals) => void process.kill(running?.pid ?? 0, name);

  const server: OwnServer = {
    address,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    async stop(inHaste) {
      await running?.stop(inHaste);
    },
    async endBy(name) {
      signal(name);
      await running?.ended;
    },
    async start() {
      running = startService(program.launch(site), {
        logFile: join(folder, 'log'),
        env: process.env,
        setpriv: true,
      });
      await waitFor(() => service.probe(address).then(() => true), {
        timeoutMs: START_MS,
        intervalMs: 100,
        what: `the own ${service.name} to answer`,
      });
    },
    async close() {
      disown();
      await running?.stop(true);
      rmSync(folder, { recursive: true, force: true });
    },
  };
  const disown = own(`an own ${service.name}`, () => server.close());
  await program.prepare(site);
  await options.prepared?.(site);
  await server.start();
  return server;
}
