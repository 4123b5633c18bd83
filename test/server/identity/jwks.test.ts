import { createHmac, createPublicKey } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { configSchema } from '../../../src/core/config/schema.js';
import { createAuthenticate } from '../../../src/server/identity/authenticate.js';
import { fetchJwks } from '../../../src/server/identity/fetch-jwks.js';
import { createJwksKeys } from '../../../src/server/identity/jwks-keys.js';
import { createSilentLog } from '../../../src/core/log.js';
import { createSigningKey, startKeyServer, type KeyServer, type SigningKey } from './key-server.js';

const log = createSilentLog();
const good: JWTPayload = { sub: 'ada', iss: 'https://id.example', aud: 'orders' };
const seconds = () => Math.floor(Date.now() / 1_000);

let rs256: SigningKey;
let rotated: SigningKey;
let stranger: SigningKey;
let keyServer: KeyServer;
beforeAll(async () => {
  [rs256, rotated, stranger] = await Promise.all([
    createSigningKey('first', 'RS256'),
    createSigningKey('second', 'ES256'),
    createSigningKey('first', 'RS256'),
  ]);
});
afterEach(() => keyServer.stop());

/** Asks as a request with these headers would. @returns the user, or the code of the refusal */
async function createAsk(keys: readonly SigningKey[], settings: Readonly<Record<string, string>> = {}) {
  keyServer = await startKeyServer(keys.map((key) => key.publicJwk));
  const authenticate = createAuthenticate(
    configSchema.parse({ jwksUrl: keyServer.url, jwtIssuer: good.iss, jwtAudience: 'orders', ...settings }),
    log,
  );
  return (...tokens: string[]) => codeOf(async () => authenticate(requestOf(tokens)));
}

/** As node:http shows it: of several the first. */
function requestOf(tokens: readonly string[]) {
  const values = tokens.map((token) => `Bearer ${token}`);
  return {
    headers: { authorization: values[0] },
    rawHeaders: values.flatMap((value) => ['Authorization', value]),
  };
}

async function codeOf(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return await run();
  } catch (error) {
    return (error as { code?: string }).code ?? error;
  }
}

describe('a token of an identity provider', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('signed with %s is taken', async (alg) => {
    const key = await createSigningKey('k', alg);
    const ask = await createAsk([rs256, key]);
    expect(await ask(await key.sign(good))).toBe('ada');
    expect(await ask(await key.sign({ ...good, aud: ['billing', 'orders'] }))).toBe('ada');
  });

  it.each<[string, () => Promise<string> | string]>([
    ['without sub', () => rs256.sign({ ...good, sub: undefined })],
    ['of a user of 300 characters', () => rs256.sign({ ...good, sub: 'u'.repeat(300) })],
    ['expired', () => rs256.sign({ ...good, exp: seconds() - 1 })],
    ['without exp', () => rs256.sign({ ...good, exp: undefined })],
    ['not valid yet', () => rs256.sign({ ...good, nbf: seconds() + 60 })],
    ['of another issuer', () => rs256.sign({ ...good, iss: 'https://elsewhere.example' })],
    ['without issuer', () => rs256.sign({ ...good, iss: undefined })],
    ['for another audience', () => rs256.sign({ ...good, aud: 'billing' })],
    ["signed by a stranger under the provider's key id", () => stranger.sign(good)],
    ['that demands what we do not know (crit)', () => rs256.sign(good, { crit: ['b64'], b64: true })],
    ['of 10,000 characters', () => rs256.sign({ ...good, more: 'x'.repeat(10_000) })],
    ['of 10,000 characters that are no token', () => 'a'.repeat(10_000)],
    ['two in one header', async () => `${await rs256.sign(good)}, Bearer ${await rs256.sign(good)}`],
    ['unsigned', () => forged({ alg: 'none' }, () => '')],
    ['unsigned, under a key id', () => forged({ alg: 'none', kid: 'first' }, () => '')],
    [
      'signed with the public key as an HS256 secret',
      () => forged({ alg: 'HS256', kid: 'first' }, hmac(publicPem())),
    ],
    [
      'the same with the key as JWK',
      () => forged({ alg: 'HS256', kid: 'first' }, hmac(JSON.stringify(rs256.publicJwk))),
    ],
    ['with a broken header', async () => (await rs256.sign(good)).replace(/^[^.]+/, 'bm90IGpzb24')],
  ])('that is %s is refused', async (_what, make) => {
    const ask = await createAsk([rs256]);
    expect(await ask(await make())).toBe('UNAUTHENTICATED');
    expect(await ask(await rs256.sign(good))).toBe('ada');
  });

  it('is refused after any single character was changed', async () => {
    const ask = await createAsk([rotated]);
    const token = await rotated.sign(good);
    for (let at = 0; at < token.length - 1; at += 1) {
      const changed = token.charAt(at) === 'A' ? 'B' : 'A';
      expect(await ask(token.slice(0, at) + changed + token.slice(at + 1)), `at ${at}`).toBe(
        'UNAUTHENTICATED',
      );
    }
  });

  it('is refused when it comes twice, the same or not', async () => {
    const ask = await createAsk([rs256]);
    const token = await rs256.sign(good);
    expect(await ask(token, token)).toBe('INPUT_INVALID');
    expect(await ask(token)).toBe('ada');
    expect(await ask(token, await rs256.sign({ ...good, sub: 'eve' }))).toBe('INPUT_INVALID');
  });

  it('may come from a clock that runs ahead as far as configured', async () => {
    const ask = await createAsk([rs256], { jwtClockSkew: '2m' });
    expect(await ask(await rs256.sign({ ...good, nbf: seconds() + 110 }))).toBe('ada');
    expect(await ask(await rs256.sign({ ...good, nbf: seconds() + 130 }))).toBe('UNAUTHENTICATED');
  });

  it('is not remembered for longer than it is valid', async () => {
    const ask = await createAsk([rs256]);
    const exp = seconds() + 2;
    const token = await rs256.sign({ ...good, exp });
    expect(await ask(token)).toBe('ada');
    const { Date: real } = globalThis;
    const late = class extends real {
      static override now = () => exp * 1_000;
    };
    try {
      globalThis.Date = late as DateConstructor;
      expect(await ask(token)).toBe('UNAUTHENTICATED');
    } finally {
      globalThis.Date = real;
    }
  });
});

describe('the keys of an identity provider', () => {
  it('are asked for once, however many tokens come', async () => {
    const ask = await createAsk([rs256]);
    const tokens = await Promise.all(
      Array.from({ length: 50 }, (_, n) => rs256.sign({ ...good, sub: `buyer-${n}` })),
    );
    expect(new Set(await Promise.all(tokens.map((token) => ask(token)))).size).toBe(50);
    expect(keyServer.asked()).toBe(1);
  });

  it('rotate: an unknown key id is looked for, and invented ones do not become a flood', async () => {
    keyServer = await startKeyServer([rs256.publicJwk]);
    let now = 0;
    const keys = createJwksKeys({ fetchKeys: () => fetchJwks(keyServer.url), log, now: () => now });
    await keys.refresh();
    const find = (kid: string, alg = 'ES256') => keys.find({ kid, alg });
    keyServer.serve([rs256.publicJwk, rotated.publicJwk]);
    expect(await find('second')).toBeUndefined();
    now += 10_000;
    expect(await find('second')).toBeDefined();
    for (let n = 0; n < 100; n += 1) expect(await find(`invented-${n}`)).toBeUndefined();
    expect(keyServer.asked()).toBe(2);
    now += 10_000;
    await Promise.all(Array.from({ length: 100 }, (_, n) => find(`invented-${n}`)));
    expect(keyServer.asked()).toBe(3);
  });

  it('that the provider has withdrawn end when they are asked for anew', async () => {
    keyServer = await startKeyServer([rs256.publicJwk]);
    let now = 0;
    const keys = createJwksKeys({ fetchKeys: () => fetchJwks(keyServer.url), log, now: () => now });
    const withdrawn = { kid: 'first', alg: 'RS256' };
    expect(await keys.find(withdrawn)).toBeDefined();
    keyServer.serve([rotated.publicJwk]);
    now += 600_000;
    expect(await keys.find(withdrawn)).toBeDefined();
    await keys.refresh();
    expect(await keys.find(withdrawn)).toBeUndefined();
  });

  it('go on while the provider is away; only a token with a new key waits, and is not thrown away', async () => {
    keyServer = await startKeyServer([rs256.publicJwk]);
    let now = 0;
    const keys = createJwksKeys({ fetchKeys: () => fetchJwks(keyServer.url), log, now: () => now });
    await keys.refresh();
    await keyServer.stop();
    now += 3_600_000;
    expect(await keys.find({ kid: 'first', alg: 'RS256' })).toBeDefined();
    expect(await codeOf(() => keys.find({ kid: 'second', alg: 'ES256' }))).toBe('UNAVAILABLE');
    expect(await keys.find({ kid: 'first', alg: 'RS256' })).toBeDefined();
  });

  it('may come late: until then nobody is known, afterwards everybody', async () => {
    keyServer = await startKeyServer([]);
    let now = 0;
    const keys = createJwksKeys({ fetchKeys: () => fetchJwks(keyServer.url), log, now: () => now });
    const find = () => codeOf(() => keys.find({ kid: 'first', alg: 'RS256' }));
    expect(await find()).toBe('UNAVAILABLE');
    keyServer.serve([rs256.publicJwk]);
    expect(await find()).toBe('UNAVAILABLE');
    now += 1_000;
    expect(await find()).toMatchObject({ type: 'public' });
  });

  it.each<[string, Parameters<KeyServer['answer']>[0]]>([
    [
      'an error',
      (_request, response) => void response.writeHead(500).end(JSON.stringify({ keys: [rs256.publicJwk] })),
    ],
    ['a redirect', (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a page', (_request, response) => void response.end('<html></html>')],
    ['no list', (_request, response) => void response.end('{"keys":"none"}')],
    [
      'too much',
      (_request, response) => {
        response.end(JSON.stringify({ keys: [rs256.publicJwk], pad: 'x'.repeat(300_000) }));
      },
    ],
    ['nothing, and hangs up', (_request, response) => void response.destroy()],
    ['nothing at all', () => undefined],
  ])('are not taken from a provider that answers %s', async (_what, answer) => {
    keyServer = await startKeyServer([]);
    keyServer.answer(answer);
    await expect(fetchJwks(keyServer.url)).rejects.toThrow();
    expect(keyServer.asked()).toBe(1);
  });

  it('are only those that may sign a token', async () => {
    const secret = { kty: 'oct', k: Buffer.alloc(32).toString('base64url'), kid: 'secret', alg: 'HS256' };
    const other = await createSigningKey('other', 'ES384');
    const weak = { ...rs256.publicJwk, kid: 'weak', n: Buffer.alloc(128, 0xff).toString('base64url') };
    keyServer = await startKeyServer([
      secret,
      other.publicJwk,
      weak,
      { ...rs256.publicJwk, kid: 'encrypts', use: 'enc' },
      { kty: 'RSA', kid: 'empty' },
      rotated.publicJwk,
    ]);
    expect((await fetchJwks(keyServer.url)).map((key) => key.kid)).toEqual(['second']);
  });
});

function forged(header: object, sign: (signed: string) => string): string {
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encode(header)}.${encode({ ...good, exp: seconds() + 600 })}`;
  return `${signed}.${sign(signed)}`;
}

const hmac = (key: string) => (signed: string) =>
  createHmac('sha256', key).update(signed).digest('base64url');

function publicPem(): string {
  return createPublicKey({ key: rs256.publicJwk as Record<string, string>, format: 'jwk' })
    .export({ type: 'spki', format: 'pem' })
    .toString();
}
