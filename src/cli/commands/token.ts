/** `ordersctl token`: makes a bearer token for a customer, to place orders by hand. */
import { Command, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../core/duration.js';
import { AppError } from '../../core/errors.js';
import { LIMITS } from '../../core/order.js';
import type { CliContext } from '../context.js';

const MAX_TTL_MS = 30 * 86_400_000;

export function makeTokenCommand(context: CliContext) {
  return new Command('token')
    .description(
      'Makes a signed token (HS256, from ORDERSCTL_JWT_SECRET) with which a customer places orders.',
    )
    .addOption(new Option('--user <id>', 'the customer').argParser(parseUserId).makeOptionMandatory())
    .addOption(
      new Option('--ttl <duration>', 'how long it is valid').argParser(parseTtl).default(3_600_000, '1h'),
    )
    .addHelpText(
      'after',
      `
Examples:
  $ ordersctl token --user u1
  $ curl -H "Authorization: Bearer $(ordersctl token --user u1)" -H 'Content-Type: application/json' \\
      -d '{"productId":"tee-red-m","quantity":1}' http://localhost:8080/orders`,
    )
    .action(async ({ user, ttl }) => {
      const [{ SignJWT }, { requireSettings }] = await Promise.all([
        import('jose'),
        import('../../core/config/require-settings.js'),
      ]);
      const config = requireSettings(await context.loadConfig(), ['jwtSecret']);
      const expiresAt = new Date(Math.floor((Date.now() + ttl) / 1_000) * 1_000);
      const claims = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(user).setIssuedAt();
      claims.setExpirationTime(expiresAt);
      if (config.jwtIssuer !== undefined) claims.setIssuer(config.jwtIssuer);
      if (config.jwtAudience !== undefined) claims.setAudience(config.jwtAudience);
      const token = await claims.sign(new TextEncoder().encode(config.jwtSecret));
      if (context.output.json) context.output.data({ token, userId: user, expiresAt });
      else context.output.line(token);
    });
}

function parseUserId(text: string): string {
  if (text.length >= 1 && text.length <= LIMITS.userIdLength && !text.includes('\u0000')) return text;
  throw new AppError('USAGE', `a user id has 1 to ${LIMITS.userIdLength} characters`);
}

function parseTtl(text: string): number {
  const ms = parseDuration(text);
  if (ms >= 1_000 && ms <= MAX_TTL_MS) return ms;
  throw new AppError('USAGE', `a token cannot be valid for ${text}`, { hint: 'Give 1s to 30d' });
}
