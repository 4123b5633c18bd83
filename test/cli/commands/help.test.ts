import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../../src/core/config/schema.js';
import { ERROR_CODES, EXIT } from '../../../src/core/errors.js';
import { runCommand, runJson } from '../run-command.js';

describe('help topics', () => {
  it('documents every setting with its default', async () => {
    const { stdout } = await runCommand(['help', 'environment']);
    for (const { env } of Object.values(SETTINGS)) expect(stdout).toContain(env);
    expect(stdout).toMatch(/^ORDERSCTL_PAYMENT_DEADLINE +15m00s /m);
  });

  it('documents every exit code and every error code', async () => {
    const { stdout } = await runCommand(['help', 'exit-codes']);
    for (const code of Object.values(EXIT)) expect(stdout).toMatch(new RegExp(`^ *${code}  `, 'm'));
    for (const code of Object.keys(ERROR_CODES)) expect(stdout).toContain(code);
  });

  it.each(['environment', 'exit-codes', 'output'])('gives the topic %s as JSON too', async (topic) => {
    expect(await runJson(['help', topic])).toBeTruthy();
  });
});
