/** A shop with everything it needs, for faults: PostgreSQL, Kafka and Temporal of its own, and roles as processes. */
import { ROLES } from '../../src/core/names.js';
import { createSilentLog } from '../../src/core/log.js';
import { createPool } from '../../src/core/postgres/create-pool.js';
import { ADDRESS_VARIABLE } from '../../src/dev/service-names.js';
import { kafka } from '../../src/dev/services/kafka.js';
import { postgres } from '../../src/dev/services/postgres.js';
import { temporal } from '../../src/dev/services/temporal.js';
import { own } from '../support/owned.js';
import { startOwnServer, type OwnServer } from '../support/own-server.js';
import { createPipeline } from '../support/pipeline.js';
import { createSpace } from '../support/space.js';
import { PRODUCT, type Shop } from './faulty-sale.js';

export interface FaultShop extends Shop {
  readonly servers: Readonly<Record<'postgres' | 'kafka' | 'temporal', OwnServer>>;
  close(): Promise<void>;
}

/** @param env of every role. Redis is the shared one, which these faults leave alone */
export async function openFaultShop(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<FaultShop> {
  const space = await createSpace(name);
  const [ownPostgres, ownKafka, ownTemporal] = await Promise.all([
    // Its data must outlive a shutdown that saves nothing.
    startOwnServer(postgres, { durable: true }),
    startOwnServer(kafka),
    startOwnServer(temporal),
  ]);
  const servers = { postgres: ownPostgres, kafka: ownKafka, temporal: ownTemporal };
  const pool = createPool(
    { url: ownPostgres.address, applicationName: 'ordersctl-test', max: 2 },
    createSilentLog(),
  );
  const disown = own(`pool of ${name}`, () => pool.end());
  const pipeline = await createPipeline(space, {
    [ADDRESS_VARIABLE.postgres]: ownPostgres.address,
    [ADDRESS_VARIABLE.kafka]: ownKafka.address,
    [ADDRESS_VARIABLE.temporal]: ownTemporal.address,
    ...env,
  });
  await pipeline.json(['migrate']);
  await pipeline.json(['seed-prices', '--product', PRODUCT, '--price', '49.90 EUR']);
  await pipeline.json(['seed-stock', '--product', PRODUCT, '--quantity', '100000']);
  await Promise.all(ROLES.map((role) => pipeline.start(role)));
  return {
    pool,
    pipeline,
    servers,
    async close() {
      await pipeline.stopAll();
      disown();
      await pool.end();
      await Promise.all(Object.values(servers).map((server) => server.close()));
      await space.close();
    },
  };
}
