import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createMachine } from '../../src/dev/machine.js';
import { findPortOwner, listeningInodes } from '../../src/dev/port-owner.js';
import { assertPortsFree, choosePorts, portNamesOf } from '../../src/dev/ports.js';
import { PORT_NAMES, portsAt } from '../../src/dev/service-names.js';

const machine = createMachine(process.env);
const servers: Server[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(host: string): Promise<number> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  return (server.address() as AddressInfo).port;
}

it('reads the inodes of listeners from the table of the kernel, and of nobody else on the port', () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:3C48 00000000:0000 0A 00000000:00000000 00:00000000 00000000   105        0 46523 1 0 100 0 0 10 0
   1: 0100007F:3C48 0100007F:A1B2 01 00000000:00000000 00:00000000 00000000   105        0 46999 1 0 100 0 0 10 0
   2: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 50001 1 0 100 0 0 10 0`;
  expect(listeningInodes(table, 15_432)).toEqual(['46523']);
  expect(listeningInodes(table, 9_092)).toEqual([]);
});

it('names the process that listens on a port', async () => {
  const port = await listen('127.0.0.1');
  const owner = await findPortOwner(machine, port);
  expect(owner?.pid).toBe(process.pid);
  expect(owner?.command).not.toBe('');
});

it('refuses taken ports, on whatever address they are taken, and names port, server and owner', async () => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::']) {
    const port = await listen(host);
    const ports = { ...portsAt(10_000), redis: port };
    await expect(assertPortsFree(machine, ports, ['redis'])).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(new RegExp(`${port} \\(for redis\\): pid ${process.pid}, `)) as unknown,
    });
  }
});

it('does not look at ports of attached servers', async () => {
  const ports = { ...portsAt(10_000), redis: await listen('127.0.0.1') };
  expect(portNamesOf(['kafka'])).toEqual(['kafka', 'kafkaController']);
  await assertPortsFree(machine, { ...ports, kafka: 0, kafkaController: 0 }, portNamesOf(['kafka']));
});

it('chooses free ports below those that the kernel gives to outgoing connections', async () => {
  const ports = await choosePorts('auto');
  await assertPortsFree(machine, ports, PORT_NAMES);
  expect(Math.max(...Object.values(ports))).toBeLessThan(32_768);
  expect(new Set(Object.values(ports)).size).toBe(PORT_NAMES.length);
});
