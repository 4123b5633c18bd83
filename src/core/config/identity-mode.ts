/** Decides by which of three ways serve knows its callers. */
import { AppError } from '../errors.js';
import { SETTINGS, type Config } from './schema.js';

export type IdentityMode =
  | { readonly kind: 'secret'; readonly secret: string }
  | { readonly kind: 'jwks'; readonly url: string }
  | { readonly kind: 'header'; readonly header: string };

/**
 * There is no default: a server that guessed would let somebody in, and one that took several ways would be as weak as
 * the weakest.
 * @throws AppError CONFIG_INVALID unless exactly one is configured
 */
export function identityModeOf(config: Config): IdentityMode {
  const modes: { mode: IdentityMode; setting: string }[] = [];
  if (config.jwtSecret !== undefined) {
    modes.push({ mode: { kind: 'secret', secret: config.jwtSecret }, setting: SETTINGS.jwtSecret.env });
  }
  if (config.jwksUrl !== undefined) {
    modes.push({ mode: { kind: 'jwks', url: config.jwksUrl }, setting: SETTINGS.jwksUrl.env });
  }
  if (config.auth === 'header') {
    const mode: IdentityMode = { kind: 'header', header: config.authHeader.toLowerCase() };
    modes.push({ mode, setting: `${SETTINGS.auth.env}=header` });
  }
  const [only, ...others] = modes;
  if (only && others.length === 0) return only.mode;
  const message = only
    ? `callers can be known by one way only, but these are set: ${modes.map(({ setting }) => setting).join(', ')}`
    : 'nothing says how callers are known';
  throw new AppError('CONFIG_INVALID', message, {
    hint:
      `Set exactly one: ${SETTINGS.jwtSecret.env} (HS256), ${SETTINGS.jwksUrl.env} (an identity provider), or ` +
      `${SETTINGS.auth.env}=header (a gateway that authenticates)`,
  });
}
