import { describe, expect, it } from 'vitest';
import { REPLAY_WINDOW_SECONDS, signMessage, verifyMessage } from '../../../src/core/payments/signature.js';
import { parseSigningSecrets } from '../../../src/core/payments/signing-secrets.js';
import { sign } from '../../payments/sign.js';

const SECRET = 'a-secret-that-two-parties-know-0123456789';
const OTHER = 'another-secret-that-only-one-knows-0123456789';
const keys = parseSigningSecrets(SECRET);
const NOW = 1_900_000_000;
const BODY = '{"type":"payment.captured","note":"für ä"}';
const message = { id: 'evt_1', timestamp: NOW, body: BODY };

const verify = (headers: Record<string, string>, body = BODY, at = NOW, with_ = keys) =>
  verifyMessage({ headers, body: Buffer.from(body), nowMs: at * 1_000 }, with_);

describe('the signature of messages', () => {
  it('is the one that a provider makes by itself, byte for byte', () => {
    expect(signMessage({ id: 'evt_1', body: BODY, nowMs: NOW * 1_000 + 900 }, keys)).toEqual(
      sign(message, SECRET),
    );
    expect(verify(sign(message, SECRET))).toBe('valid');
  });

  it('is good for five minutes, by a clock that runs ahead or behind', () => {
    const headers = sign(message, SECRET);
    for (const [away, verdict] of [
      [REPLAY_WINDOW_SECONDS, 'valid'],
      [-REPLAY_WINDOW_SECONDS, 'valid'],
      [REPLAY_WINDOW_SECONDS + 1, 'stale'],
      [-REPLAY_WINDOW_SECONDS - 1, 'stale'],
    ] as const) {
      expect([away, verify(headers, BODY, NOW + away)]).toEqual([away, verdict]);
    }
  });

  it('binds id, time and every byte of the body', () => {
    const headers = sign(message, SECRET);
    expect(verify(headers, BODY.replace('ä', 'a'))).toBe('forged');
    expect(verify(headers, `${BODY} `)).toBe('forged');
    expect(verify({ ...headers, 'webhook-id': 'evt_2' })).toBe('forged');
    expect(verify({ ...headers, 'webhook-timestamp': String(NOW + 1) })).toBe('forged');
  });

  it.each([
    ['none at all', {}],
    ['no signature', { 'webhook-signature': '' }],
    ['one of another secret', sign(message, OTHER)],
    [
      'one cut short',
      { 'webhook-signature': sign(message, SECRET)['webhook-signature']?.slice(0, 20) ?? '' },
    ],
    [
      'one without its version',
      { 'webhook-signature': sign(message, SECRET)['webhook-signature']?.slice(3) ?? '' },
    ],
    ['an id that could shift the parts', sign({ ...message, id: 'evt.1' }, SECRET)],
    ['a time that is no number', { 'webhook-timestamp': '1e9' }],
    ['no time', { 'webhook-timestamp': '' }],
  ])('is forged when there is %s', (_what, bent: Record<string, string>) => {
    const headers = Object.keys(bent).length === 0 ? {} : { ...sign(message, SECRET), ...bent };
    expect(verify(headers)).toBe('forged');
  });

  it('may be made by either secret while one replaces another, on both sides', () => {
    const both = parseSigningSecrets(`${OTHER}, ${SECRET}`);
    expect(verify(sign(message, SECRET), BODY, NOW, both)).toBe('valid');
    expect(verify(sign(message, OTHER), BODY, NOW, both)).toBe('valid');
    expect(verify(sign(message, OTHER, SECRET))).toBe('valid');
    // The first one signs.
    expect(signMessage({ id: 'evt_1', body: BODY, nowMs: NOW * 1_000 }, both)).toEqual(sign(message, OTHER));
  });

  it('looks at ten signatures at most', () => {
    const many = Array.from({ length: 10 }, () => OTHER);
    expect(verify(sign(message, ...many, SECRET))).toBe('forged');
  });
});

describe('the secrets', () => {
  it('may be base64, as Standard Webhooks writes keys', () => {
    const bytes = Buffer.alloc(32, 7);
    expect(parseSigningSecrets(`whsec_${bytes.toString('base64')}`)).toEqual([bytes]);
  });

  it.each([
    ['short', /at least 32/],
    [`${SECRET},short`, /at least 32/],
    ['whsec_bm90IGxvbmcgZW5vdWdo', /24 bytes/],
    [`whsec_${'!'.repeat(40)}`, /base64/],
    [Array.from({ length: 6 }, () => SECRET).join(','), /at most 5/],
    ['', /at least 32/],
  ])('are refused when they are not safe: %s', (text, why) => {
    expect(() => parseSigningSecrets(text)).toThrow(why);
  });
});
