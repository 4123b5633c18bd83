/** A TCP proxy inside the test: loses exactly one reply, or lets replies hang, and counts that it did. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';
import { own } from './owned.js';

export interface TcpProxy {
  readonly port: number;
  /**
   * The next request that contains `marker` reaches the server, its reply is swallowed and the connection cut:
   * TCP never loses bytes and goes on.
   */
  loseReplyTo(marker: string): void;
  /** Replies pile up in the proxy until `resume`. */
  hold(): void;
  /** Ends every connection, and each new one at once, until `resume`: a server that is down. */
  cut(): void;
  resume(): void;
  /** How many replies were lost or began to hang, or connections refused: a test asserts that its fault fired. */
  readonly fired: number;
  close(): Promise<void>;
}

export async function createTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let marker: string | undefined;
  let holding = false;
  let cutting = false;
  let held: (() => void)[] = [];
  let fired = 0;

  const server = createServer((client) => {
    if (cutting) {
      fired += 1;
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const upstream = connect(target.port, target.host);
    let losing = false;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on('data', (chunk) => {
      if (marker !== undefined && chunk.includes(marker)) {
        losing = true;
        marker = undefined;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (losing) {
        // A reply in several pieces is one reply.
        if (!client.destroyed) fired += 1;
        client.destroy();
      } else if (holding) {
        fired += 1;
        held.push(() => client.write(chunk));
      } else {
        client.write(chunk);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const proxy: TcpProxy = {
    port: (server.address() as AddressInfo).port,
    loseReplyTo(text) {
      marker = text;
    },
    hold() {
      holding = true;
    },
    cut() {
      cutting = true;
      for (const socket of sockets) socket.destroy();
    },
    resume() {
      holding = false;
      cutting = false;
      for (const deliver of held) deliver();
      held = [];
    },
    get fired() {
      return fired;
    },
    async close() {
      disown();
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const disown = own(`tcp proxy on port ${proxy.port}`, () => proxy.close());
  return proxy;
}
