/** Tells of each call to Temporal, from its start to its status. */
import type { ConnectionOptions } from '@temporalio/client';
import { tellStoreCall } from '../store-calls.js';

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

export const tellingInterceptor: Interceptor = (options, nextCall) => {
  const call = nextCall(options);
  const start = call.start.bind(call);
  call.start = (metadata, listener) => {
    const startedAt = performance.now();
    start(metadata, {
      onReceiveMetadata: (received) => listener?.onReceiveMetadata?.(received),
      onReceiveMessage: (message) => {
        listener?.onReceiveMessage?.(message);
      },
      onReceiveStatus: (status) => {
        tellStoreCall({ store: 'temporal', startedAt, endedAt: performance.now() });
        listener?.onReceiveStatus?.(status);
      },
    });
  };
  // The class that the type names is what every call of this client is.
  return call as ReturnType<Interceptor>;
};
