import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { ServiceName } from '../../src/dev/service-names.js';
import { askForRestart, controlSocketOf, listenForControl } from '../../src/dev/stack-control.js';

const path = controlSocketOf(`test-${randomBytes(4).toString('hex')}`);
let hangUp: (() => Promise<void>) | undefined;
afterEach(async () => {
  await hangUp?.();
  hangUp = undefined;
});

async function listen(restart: (service: ServiceName) => Promise<void>): Promise<void> {
  hangUp = await listenForControl(path, restart);
}

describe('the line to the process that runs a stack', () => {
  it('asks for a restart and waits for it', async () => {
    const restarted: ServiceName[] = [];
    await listen((service) => Promise.resolve(void restarted.push(service)));
    await askForRestart(path, 'redis');
    await askForRestart(path, 'kafka');
    expect(restarted).toEqual(['redis', 'kafka']);
  });

  it('tells why a restart failed, with code and hint', async () => {
    await listen(() => Promise.reject(new AppError('REFUSED', 'kafka is attached', { hint: 'leave it' })));
    await expect(askForRestart(path, 'kafka')).rejects.toMatchObject({
      code: 'REFUSED',
      message: 'kafka is attached',
      hint: 'leave it',
    });
  });

  it('is for its own user alone', async () => {
    await listen(() => Promise.resolve());
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does nothing for a line that is no request', async () => {
    let asked = 0;
    await listen(() => Promise.resolve(void (asked += 1)));
    const said = await new Promise<string>((resolve) => {
      let text = '';
      const socket = connect(path, () => socket.write('{"kind":"restart","service":"mysql"}\n'));
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      socket.on('close', () => resolve(text));
    });
    expect(JSON.parse(said)).toMatchObject({ kind: 'failed' });
    expect(asked).toBe(0);
  });

  it('says that nobody is there where none runs', async () => {
    await expect(askForRestart(path, 'redis')).rejects.toMatchObject({ code: 'UNAVAILABLE', exitCode: 5 });
  });
});
