/** Bearer tokens for the customers of a sale, as the shop's own login would hand them out. */
import { SignJWT } from 'jose';

/** @returns mints a token (HS256) for a user, once */
export function createTokens(secret: string, ttl = '1h'): (userId: string) => Promise<string> {
  const key = new TextEncoder().encode(secret);
  const minted = new Map<string, Promise<string>>();
  return (userId) => {
    let token = minted.get(userId);
    if (!token) {
      const claims = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(userId);
      token = claims.setIssuedAt().setExpirationTime(ttl).sign(key);
      minted.set(userId, token);
    }
    return token;
  };
}
