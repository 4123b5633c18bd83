import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { CliIo } from '../../../src/cli/io.js';
import { requireConfirmation } from '../../../src/cli/output/confirm.js';

function terminal(isTTY: boolean) {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY });
  const io: CliIo = {
    stdin,
    stderr,
    stdout: new PassThrough(),
    env: {},
    cwd: '/',
    forceExit: () => undefined,
  };
  const asked = new Promise<string>((resolve) => {
    let text = '';
    stderr.on('data', (chunk: Buffer) => {
      text += String(chunk);
      if (/\[y\/N\]|to go on: /.test(text)) resolve(text);
    });
  });
  return { io, stdin, asked };
}

const what = 'hand over 12 orders again';

describe('requireConfirmation', () => {
  it('asks nothing with --yes', async () => {
    await requireConfirmation(terminal(false).io, { what, yes: true });
  });

  it('refuses without a terminal, so that a script never hangs', async () => {
    await expect(requireConfirmation(terminal(false).io, { what, yes: undefined })).rejects.toMatchObject({
      code: 'REFUSED',
      exitCode: 4,
    });
  });

  it('names what would happen, and goes on with y', async () => {
    const { io, stdin, asked } = terminal(true);
    const answered = requireConfirmation(io, { what, yes: undefined });
    expect(await asked).toContain(what);
    stdin.write('y\n');
    await answered;
  });

  it.each(['n', '', 'yesterday'])('refuses on the answer "%s"', async (answer) => {
    const { io, stdin, asked } = terminal(true);
    const answered = requireConfirmation(io, { what, yes: undefined });
    await asked;
    stdin.write(`${answer}\n`);
    await expect(answered).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('wants in full what cannot be taken back', async () => {
    for (const [typed, goesOn] of [
      ['y', false],
      ['te', false],
      ['Tee', false],
      ['tee', true],
    ] as const) {
      const { io, stdin, asked } = terminal(true);
      const answered = requireConfirmation(io, { what, yes: undefined, typed: 'tee' });
      expect(await asked).toContain('Type "tee"');
      stdin.write(`${typed}\n`);
      if (goesOn) await answered;
      else await expect(answered).rejects.toMatchObject({ code: 'REFUSED' });
    }
  });

  it('takes the end of input for no', async () => {
    const { io, stdin } = terminal(true);
    const answered = requireConfirmation(io, { what, yes: undefined });
    stdin.end();
    await expect(answered).rejects.toMatchObject({ code: 'REFUSED' });
  });
});
