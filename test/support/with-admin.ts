/** One connection to the server's own database, for what is done to databases from outside. */
import pg from 'pg';
import type { TestStack } from './provided.js';

/** Runs `work` on one connection to the server's own database. */
export async function withAdmin<T>(stack: TestStack, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: stack.databaseUrl,
    application_name: 'ordersctl-test-admin',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
