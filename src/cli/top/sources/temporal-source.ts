/** Temporal: how many tasks of the order sagas wait for a worker. */
import type { Config } from '../../../core/config/schema.js';
import { createTemporalClient, type TemporalClient } from '../../../core/temporal/create-temporal-client.js';
import { measureBacklog } from '../../../core/temporal/measure-backlog.js';
import type { TopSource } from './top-source.js';

export function createTemporalSource(config: Config): TopSource {
  let connecting: Promise<TemporalClient> | undefined;

  /** Connects when first asked; a failed attempt is made anew with the next poll. */
  function connect(): Promise<TemporalClient> {
    connecting ??= createTemporalClient(config).catch((error: unknown) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  }

  return {
    name: 'temporal',
    async poll() {
      const { client } = await connect();
      return { source: 'temporal', backlog: await measureBacklog(client, config.prefix) };
    },
    async close() {
      const connected = await connecting?.catch(() => undefined);
      await connected?.close();
    },
  };
}
