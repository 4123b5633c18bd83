/** Checks what a verified token claims: who, from whom, for whom, and when. */
import { z } from 'zod';
import { isUserId } from './user-id.js';

const claimsSchema = z.object({
  sub: z.custom<string>(isUserId),
  // A token that never expires cannot be taken back.
  exp: z.number(),
  nbf: z.number().optional(),
  iss: z.string().optional(),
  aud: z.union([z.string(), z.array(z.string())]).optional(),
});

export interface ClaimRules {
  /** Required value of `iss`, when set. */
  readonly issuer?: string | undefined;
  /** Required among `aud`, when set. */
  readonly audience?: string | undefined;
  /** By how much the clock of the issuer may run ahead of ours. An expired token gets no such grace. */
  readonly clockSkewMs: number;
}

export interface TokenIdentity {
  readonly userId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * @param nowMs the time by which `exp` and `nbf` are judged
 * @returns undefined when any rule is broken
 */
export function checkClaims(claims: unknown, rules: ClaimRules, nowMs: number): TokenIdentity | undefined {
  const parsed = claimsSchema.safeParse(claims);
  if (!parsed.success) return undefined;
  const { sub, exp, nbf, iss, aud } = parsed.data;
  if (exp * 1_000 <= nowMs) return undefined;
  if (nbf !== undefined && nbf * 1_000 > nowMs + rules.clockSkewMs) return undefined;
  if (rules.issuer !== undefined && iss !== rules.issuer) return undefined;
  if (rules.audience !== undefined && ![aud].flat().includes(rules.audience)) return undefined;
  return { userId: sub, expiresAt: exp * 1_000 };
}
