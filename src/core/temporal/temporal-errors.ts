/** Sorts the failures of Temporal's client into those an operator can act on and those that are ours. */
import { NamespaceNotFoundError } from '@temporalio/common';
import { isGrpcServiceError, WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { AppError } from '../errors.js';

/** gRPC status numbers, as in the gRPC specification. */
const CANCELLED = 1;
const UNKNOWN = 2;
const DEADLINE_EXCEEDED = 4;
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const ABORTED = 10;
const UNIMPLEMENTED = 12;
const INTERNAL = 13;
const UNAVAILABLE = 14;
const DATA_LOSS = 15;
const UNAUTHENTICATED = 16;

const AWAY: ReadonlySet<number> = new Set([CANCELLED, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, UNAVAILABLE]);
/** The server, or the connection (a stream that was reset is INTERNAL), failed: never the fault of what was asked. */
const TROUBLED: ReadonlySet<number> = new Set([UNKNOWN, ABORTED, UNIMPLEMENTED, INTERNAL, DATA_LOSS]);

/**
 * Gives connection trouble, time-outs, overload and failures inside the server as AppError UNAVAILABLE (retryable), a
 * missing namespace or missing rights as CONFIG_INVALID; anything else comes back as it is: a fault of ours, or of what
 * was asked.
 */
export function toTemporalError(error: unknown): Error {
  if (error instanceof AppError) return error;
  const code =
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ? DEADLINE_EXCEEDED : grpcCode(error);
  if (code !== undefined && AWAY.has(code)) {
    return new AppError('UNAVAILABLE', 'Temporal does not answer', {
      hint: 'Check TEMPORAL_ADDRESS and that the server runs; locally: ordersctl dev status',
      cause: error,
    });
  }
  if (code !== undefined && TROUBLED.has(code)) {
    return new AppError('UNAVAILABLE', 'Temporal failed inside', {
      hint: 'Look at the log of the Temporal server and at the health of its database',
      cause: error,
    });
  }
  const noNamespace = error instanceof NamespaceNotFoundError || code === NOT_FOUND;
  if (noNamespace || code === PERMISSION_DENIED || code === UNAUTHENTICATED) {
    return new AppError('CONFIG_INVALID', 'Temporal refuses this namespace', {
      hint: 'Check TEMPORAL_NAMESPACE and the rights of this client',
      cause: error,
    });
  }
  return error instanceof Error ? error : new Error(String(error));
}

/** The gRPC status of a client error, wherever the SDK has wrapped it; undefined when it is not one. */
function grpcCode(error: unknown): number | undefined {
  let inner: unknown = error;
  for (let depth = 0; inner instanceof Error && depth < 5; depth += 1) {
    if (isGrpcServiceError(inner)) return inner.code;
    inner = inner.cause;
  }
  return undefined;
}
