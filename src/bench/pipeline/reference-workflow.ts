/** What the saga is compared with: as many steps as its happy path, which do nothing. Runs in the workflow sandbox. */
import { proxyLocalActivities } from '@temporalio/workflow';
import type { ReferenceActivities } from './reference-worker.js';

const { step } = proxyLocalActivities<ReferenceActivities>({ startToCloseTimeout: '5s' });

export async function referenceSaga(orderId: string): Promise<void> {
  await step(orderId);
  await step(orderId);
  await step(orderId);
}
