/** Connects to Temporal as a client: starting, waking and describing sagas. The worker has its own connection. */
import { Client, Connection } from '@temporalio/client';
import type { Config } from '../config/schema.js';
import { requireSettings } from '../config/require-settings.js';
import { AppError } from '../errors.js';
import { areStoreCallsHeard } from '../store-calls.js';
import { retryUntilClosed } from './retry-until-closed.js';
import { tellingInterceptor } from './tell-calls.js';
import { toTemporalError } from './temporal-errors.js';

export interface TemporalClient {
  readonly client: Client;
  close(): Promise<void>;
}

/** Longest wait for the first answer; afterwards the connection mends itself. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Some two seconds of the client's own tries; by default fifteen, past any deadline. Whoever calls backs off and tells. */
const TRIES = 5;
/**
 * How often a server that is away is tried. By default the transport waits up to two minutes between tries, so after an
 * outage orders would go on waiting although everything works.
 */
const RECONNECT = { 'grpc.initial_reconnect_backoff_ms': 250, 'grpc.max_reconnect_backoff_ms': 3_000 };

/**
 * Resolves once the server has answered. A server that goes away later makes calls fail with UNAVAILABLE until it
 * is back; the connection need not be made again.
 * @throws AppError CONFIG_INVALID without TEMPORAL_ADDRESS, UNAVAILABLE when nothing answers within 5 s
 */
export async function createTemporalClient(config: Config): Promise<TemporalClient> {
  const { temporalAddress, temporalNamespace } = requireSettings(config, ['temporalAddress']);
  let closed = false;
  const connection = Connection.lazy({
    address: temporalAddress,
    connectTimeout: CONNECT_TIMEOUT_MS,
    channelArgs: RECONNECT,
    interceptors: [
      ...(areStoreCallsHeard() ? [tellingInterceptor] : []),
      retryUntilClosed(TRIES, () => closed),
    ],
  });
  const close = async () => {
    closed = true;
    await connection.close();
  };
  try {
    await connection.ensureConnected();
  } catch (error) {
    await close();
    const known = toTemporalError(error);
    if (known instanceof AppError) throw known;
    // The transport's "not ready in time" is a bare Error without a status.
    throw new AppError('UNAVAILABLE', `Temporal at ${temporalAddress} does not answer`, {
      hint: 'Check TEMPORAL_ADDRESS and that the server runs; locally: ordersctl dev status',
      cause: error,
    });
  }
  return {
    client: new Client({ connection, namespace: temporalNamespace }),
    close,
  };
}
