/** How the text of a setting is read: each kind of value with what it must be, in words for whoever wrote it. */
import { isIP } from 'node:net';
import { z } from 'zod';
import { parseDuration } from '../duration.js';
import { parseSigningSecrets } from '../payments/signing-secrets.js';
import { isCurrency } from '../money.js';
import { parseRate } from '../rate.js';

/** A TCP port; 0 takes any free one. */
export const port = z.coerce.number().int().min(0).max(65_535);
/** A whole number, both ends included. */
export const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
/** Such as 250ms, 10s or 15m; milliseconds as a number. */
export const duration = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not a duration' });
    return z.NEVER;
  }
});
/** A URL of one of the protocols, each written with its colon. */
export const url = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`,
  });
const isLoopback = (host: string) => host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
/** Where money or keys come from: https, or this machine. */
export const secureUrl = url(['https:', 'http:']).refine(
  (text) => !URL.canParse(text) || new URL(text).protocol !== 'http:' || isLoopback(new URL(text).hostname),
  { message: 'must begin with https://; http:// is for loopback only' },
);
/** What a browser's Origin header must be, to the letter. */
export const origin = z
  .string()
  .refine((text) => /^https?:[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text, {
    message: 'must be origins such as https://shop.example, without a path; there is no wildcard',
  });
/** How many in how long; stays text, which `parseRate` reads. */
export const rate = z.string().superRefine((text, context) => {
  try {
    parseRate(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'must be how many in how long, such as 10/1s or 30/1m' });
  }
});
/** One or more secrets; stay text, which `parseSigningSecrets` reads. */
export const signingSecrets = z.string().superRefine((text, context) => {
  try {
    parseSigningSecrets(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : 'not usable' });
  }
});
/** The last digits of amounts in minor units. */
export const endings = z.array(z.string().regex(/^\d{1,12}$/, 'must be digits, several by comma')).max(100);
/** An address, or a network in CIDR notation. */
export const network = z
  .string()
  .refine(isNetwork, { message: 'must be addresses or networks such as 10.0.0.0/8' });
/** An ISO 4217 code, in capitals. */
export const currency = z
  .string()
  .toUpperCase()
  .refine(isCurrency, { message: 'must be an ISO 4217 code such as EUR' });
/** Parts by comma, without empty ones. */
export const list = z.string().transform((text) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
/** True or false. */
export const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');

function isNetwork(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
