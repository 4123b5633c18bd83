/** Checks what a verified token claims: who, from whom, for whom, and when. */
import { z } from 'zod';
import { isUserId } from './user-id.js';

/** The clock of the issuer may run ahead by this much. An expired token gets no such grace. */
const CLOCK_SKEW_SECONDS = 5;

const claimsSchema = z.object({
  sub: z.custom<string>(isUserId),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
});

export interface ClaimRules {
  /** Required value of `iss`, when set. */
  readonly issuer?: string | undefined;
  /** Required among `aud`, when set. */
  readonly audience?: string | undefined;
}

export interface TokenIdentity {
  readonly userId: string;
  /** Milliseconds since the epoch; undefined for a token that never expires. */
  readonly expiresAt: number | undefined;
}

/**
 * @param nowMs the time by which `exp` and `nbf` are judged
 * @returns undefined when any rule is broken
 */
export function checkClaims(claims: unknown, rules: ClaimRules, nowMs: number): TokenIdentity | undefined {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return undefined;
  const { sub, exp, nbf, iss, aud } = parsed.data;
  const now = nowMs / 1_000;
  if (exp !== undefined && exp <= now) return undefined;
  if (nbf !== undefined && nbf > now + CLOCK_SKEW_SECONDS) return undefined;
  if (rules.issuer !== undefined && iss !== rules.issuer) return undefined;
  if (rules.audience !== undefined && ![aud].flat().includes(rules.audience)) return undefined;
  return { userId: sub, expiresAt: exp === undefined ? undefined : exp * 1_000 };
}
