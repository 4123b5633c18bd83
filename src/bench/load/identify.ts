/** How made-up customers say who they are: by tokens as the shop's own login would sign them, or by a gateway's header. */
import { createHmac } from 'node:crypto';

/** Headers of a request of this customer; the same for the same customer, so that a server may remember them. */
export type Identify = (userId: string) => Readonly<Record<string, string>>;

export interface TokenClaims {
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  /** How long they are valid. Default: an hour. */
  readonly ttlSeconds?: number;
}

const HEADER = encode({ alg: 'HS256' });
const DEFAULT_TTL_SECONDS = 3_600;

/** @see createTokens. @returns the header that carries the token */
export function signTokens(secret: string, claims?: TokenClaims): Identify {
  const token = createTokens(secret, claims);
  return (userId) => ({ Authorization: `Bearer ${token(userId)}` });
}

/**
 * Signs with HS256 when asked, at some microseconds each: sixty thousand customers need no store of tokens.
 * @param secret ORDERSCTL_JWT_SECRET of serve
 */
export function createTokens(
  secret: string,
  { issuer, audience, ttlSeconds }: TokenClaims = {},
): (userId: string) => string {
  const issuedAt = Math.floor(Date.now() / 1_000);
  const claims = {
    iat: issuedAt,
    exp: issuedAt + (ttlSeconds ?? DEFAULT_TTL_SECONDS),
    ...(issuer !== undefined && { iss: issuer }),
    ...(audience !== undefined && { aud: audience }),
  };
  return (userId) => {
    const signed = `${HEADER}.${encode({ sub: userId, ...claims })}`;
    const signature = createHmac('sha256', secret).update(signed).digest('base64url');
    return `${signed}.${signature}`;
  };
}

/** @param name ORDERSCTL_AUTH_HEADER of serve: only for a serve that is reached without its gateway */
export function sayByHeader(name: string): Identify {
  return (userId) => ({ [name]: userId });
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
