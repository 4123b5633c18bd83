/** Fetches the public keys of the identity provider: bounded, timed, and only those that may sign a customer's token. */
import { importJWK, type JWK } from 'jose';
import { z } from 'zod';

/**
 * The algorithm allow-list of tokens. All of them verify with a public key: a key set never verifies `none` or HS256, for
 * which a public key would be the secret.
 */
export const JWKS_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

const TIMEOUT_MS = 3_000;
const MAX_BYTES = 256 * 1_024;
const MAX_KEYS = 100;
const MIN_RSA_BITS = 2_048;

const documentSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(MAX_KEYS) });

/**
 * Keys of other kinds and purposes are left out.
 * @throws Error when the provider does not answer in 3 s, answers something else, or has no usable key
 */
export async function fetchJwks(url: string): Promise<JWK[]> {
  const response = await fetch(url, {
    // A redirect could lead from https to anywhere.
    redirect: 'error',
    headers: { accept: 'application/jwk-set+json, application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the key server answered ${response.status}`);
  }
  const { keys } = documentSchema.parse(JSON.parse(await readBounded(response)));
  const usable: JWK[] = [];
  for (const key of keys) if (await isUsable(key)) usable.push(key);
  if (usable.length === 0) throw new Error('the key server has no key that may sign a token');
  return usable;
}

async function readBounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BYTES) throw new Error(`the key server sent more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function isUsable(key: JWK): Promise<boolean> {
  const alg = key.alg ?? DEFAULT_ALGORITHM[key.crv ?? key.kty ?? ''];
  if (alg === undefined || !(JWKS_ALGORITHMS as readonly string[]).includes(alg)) return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  try {
    const imported = await importJWK(key, alg);
    if (imported instanceof Uint8Array || imported.type !== 'public') return false;
    return (
      !('modulusLength' in imported.algorithm) || Number(imported.algorithm.modulusLength) >= MIN_RSA_BITS
    );
  } catch {
    return false;
  }
}

/** For keys that do not name theirs, by curve or type. */
const DEFAULT_ALGORITHM: Readonly<Record<string, string>> = {
  RSA: 'RS256',
  'P-256': 'ES256',
  Ed25519: 'EdDSA',
};
