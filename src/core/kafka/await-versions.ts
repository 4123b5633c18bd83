/** Keeps kafkajs from using a connection whose broker has not told yet which requests it knows. */
import { replaceMethod } from './client-internals.js';

interface Broker {
  readonly versions: object | null | undefined;
}

/**
 * A broker that is frozen or busy still accepts connections. When its first answer, the list of versions, then comes
 * too late, the client keeps the connection, counts it as connected and never asks for the versions again: every later
 * request fails with "Broker not connected", for as long as the process lives. Not connected until the versions are
 * known, the next connect asks again on the same connection.
 * @returns whether the client is mended now
 */
export function awaitVersions(): boolean {
  return replaceMethod<(this: Broker) => boolean>(
    'kafkajs/src/broker',
    'isConnected',
    (isConnected) =>
      function isConnectedAndKnown() {
        return Boolean(this.versions) && isConnected.call(this);
      },
  );
}
