/** Takes what one run created off servers that outlive it. Only for attached stacks. */
import { Client, Connection } from '@temporalio/client';
import { Kafka, logLevel } from 'kafkajs';
import { withAdmin } from './with-admin.js';
import type { TestStack } from './provided.js';

/** Everything a run creates has a name that begins like this. */
const prefixOf = (stack: TestStack) => `t-${stack.runId}-`;

/** Drops databases, topics, schedules and running workflows of the run; keys went with their spaces. */
export async function dropRun(stack: TestStack): Promise<void> {
  const results = await Promise.allSettled([dropDatabases(stack), dropTopics(stack), dropWorkflows(stack)]);
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw new AggregateError(failures, 'could not drop what the run created');
}

async function dropDatabases(stack: TestStack): Promise<void> {
  await withAdmin(stack, async (client) => {
    const pattern = `t\\_${stack.runId}\\_%`;
    const found = await client.query<{ datname: string }>(
      'select datname from pg_database where datname like $1',
      [pattern],
    );
    for (const { datname } of found.rows) await client.query(`drop database ${datname} with (force)`);
  });
}

async function dropTopics(stack: TestStack): Promise<void> {
  const kafka = new Kafka({ brokers: stack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefixOf(stack)));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
}

async function dropWorkflows(stack: TestStack): Promise<void> {
  const connection = await Connection.connect({ address: stack.temporalAddress });
  try {
    const client = new Client({ connection });
    for await (const schedule of client.schedule.list()) {
      if (schedule.scheduleId.startsWith(prefixOf(stack)))
        await client.schedule.getHandle(schedule.scheduleId).delete();
    }
    const query = `ExecutionStatus = 'Running' and TaskQueue starts_with '${prefixOf(stack)}'`;
    for await (const { workflowId, runId } of client.workflow.list({ query })) {
      await client.workflow
        .getHandle(workflowId, runId)
        .terminate('test run ended')
        .catch(() => undefined);
    }
  } finally {
    await connection.close();
  }
}
