/** The client library's retries, made to end with the connection. */
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

type Interceptor = ReturnType<typeof makeGrpcRetryInterceptor>;
type NextCall = Parameters<Interceptor>[1];
type Call = ReturnType<NextCall>;
type Started = Parameters<Call['start']>;

/** gRPC status CANCELLED, which is not tried again. */
const CANCELLED = 1;

/**
 * The library tries again by a timer of its own, which outlives `close`: the transport then throws in that timer, where
 * nobody can catch it, and a role that drains while Temporal is away would crash. Here such a try is answered as
 * cancelled, so that whoever waits for the call hears of it.
 */
export function retryUntilClosed(tries: number, isClosed: () => boolean): Interceptor {
  const retry = makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: tries }));
  return (options, nextCall) => retry(options, (again) => (isClosed() ? cancelledCall() : nextCall(again)));
}

/** What the library calls of a call, and no more. */
function cancelledCall(): Call {
  const call: Pick<Call, 'start' | 'sendMessage' | 'halfClose' | 'cancelWithStatus'> = {
    start(...[metadata, listener]: Started) {
      listener?.onReceiveStatus?.({ code: CANCELLED, details: 'the client was closed', metadata });
    },
    sendMessage: () => undefined,
    halfClose: () => undefined,
    cancelWithStatus: () => undefined,
  };
  return call as Call;
}
