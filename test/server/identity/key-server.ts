/** A local identity provider: signs tokens and serves its public keys over HTTP, or fails to. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { own } from '../../support/owned.js';

export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  sign(claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** @param alg as tokens name it */
export async function createSigningKey(kid: string, alg: string): Promise<SigningKey> {
  const pair: { privateKey: CryptoKey; publicKey: CryptoKey } = await generateKeyPair(alg, {
    extractable: true,
  });
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  return {
    kid,
    alg,
    publicJwk: { ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' },
    sign: (claims, header = {}) =>
      new SignJWT({ exp, ...claims }).setProtectedHeader({ alg, kid, ...header }).sign(pair.privateKey),
  };
}

export interface KeyServer {
  readonly url: string;
  /** How often it was asked. */
  asked(): number;
  serve(keys: readonly JWK[]): void;
  /** Answers in another way from now on. */
  answer(listener: RequestListener): void;
  /** Goes away; the port refuses. */
  stop(): Promise<void>;
}

export async function startKeyServer(keys: readonly JWK[]): Promise<KeyServer> {
  let asked = 0;
  let listener: RequestListener;
  const serve = (served: readonly JWK[]) => {
    listener = (_request, response) =>
      void response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: served }));
  };
  serve(keys);
  const server: Server = createServer((request, response) => {
    asked += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const disown = own('key server', () => keyServer.stop());
  const keyServer: KeyServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    asked: () => asked,
    serve,
    answer: (other) => (listener = other),
    stop: () =>
      new Promise((resolve) => {
        disown();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return keyServer;
}
