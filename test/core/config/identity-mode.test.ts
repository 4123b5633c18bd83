import { describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/core/config/schema.js';
import { createSilentLog } from '../../../src/core/log.js';
import { createAuthenticate } from '../../../src/server/identity/authenticate.js';
import { identityModeOf } from '../../../src/core/config/identity-mode.js';

const secret = { jwtSecret: 'a secret of more than thirty-two characters' };
const jwks = { jwksUrl: 'https://id.example/keys' };
const header = { auth: 'header' };
const modeOf = (settings: object) => identityModeOf(configSchema.parse(settings));

describe('the way callers are known', () => {
  it('is the one that is configured', () => {
    expect(modeOf(secret).kind).toBe('secret');
    expect(modeOf(jwks).kind).toBe('jwks');
    expect(modeOf(header).kind).toBe('header');
  });

  it.each([[{}], [{ ...secret, ...jwks }], [{ ...secret, ...header }], [{ ...jwks, ...header }]])(
    'must be exactly one: %o is refused, and what to set is said',
    (settings) => {
      expect(() => modeOf(settings)).toThrow(
        expect.objectContaining({
          code: 'CONFIG_INVALID',
          hint: expect.stringMatching(
            /ORDERSCTL_JWT_SECRET.*ORDERSCTL_JWKS_URL.*ORDERSCTL_AUTH=header/,
          ) as string,
        }) as Error,
      );
    },
  );

  it('takes keys over https, or http from this machine', () => {
    const isTaken = (jwksUrl: string) => configSchema.safeParse({ jwksUrl }).success;
    for (const url of [
      'https://id.example/keys',
      'http://127.0.0.1:8/keys',
      'http://localhost/',
      'http://[::1]:8/',
    ]) {
      expect([url, isTaken(url)]).toEqual([url, true]);
    }
    for (const url of [
      'http://id.example/keys',
      'HTTP://id.example/',
      'http://127.0.0.1.example/',
      'file:///keys',
      'keys',
      'http://10.0.0.1/',
    ]) {
      expect([url, isTaken(url)]).toEqual([url, false]);
    }
  });
});

describe('behind a gateway', () => {
  const authenticate = createAuthenticate(configSchema.parse(header), createSilentLog());
  /** As node:http shows it: several become one value. */
  const ask = (...values: string[]) => {
    const latin1 = values.map((value) => Buffer.from(value, 'utf8').toString('latin1'));
    return () =>
      authenticate({
        headers: values.length === 0 ? {} : { 'x-user-id': latin1.join(', ') },
        rawHeaders: latin1.flatMap((value) => ['X-User-Id', value]),
      });
  };

  it('callers are whom it names', () => {
    expect(ask('ada')()).toBe('ada');
    expect(ask('ü'.repeat(128))()).toBe('ü'.repeat(128));
  });

  it('nobody is known without a name, by one that is too long, or by two', () => {
    for (const refused of [ask(), ask(''), ask(' '), ask('u'.repeat(129)), ask('a\tb')]) {
      expect(refused).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }) as Error);
    }
    for (const doubled of [ask('ada', 'eve'), ask('ada', 'ada'), ask('', 'eve')]) {
      expect(doubled).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }) as Error);
    }
  });

  it('two names that are not UTF-8 do not become one user', () => {
    const raw = (value: string) => () =>
      authenticate({ headers: { 'x-user-id': value }, rawHeaders: ['X-User-Id', value] });
    for (const value of ['a\xff', 'a\xfe']) {
      expect(raw(value)).toThrow(expect.objectContaining({ code: 'UNAUTHENTICATED' }) as Error);
    }
  });
});
