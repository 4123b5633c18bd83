/** The version of the Temporal server. */
import type { Client } from '@temporalio/client';
import { toTemporalError } from './temporal-errors.js';

/** A backstop: who asks bounds his own wait. */
const TIMEOUT_MS = 20_000;

/** @returns such as `1.29.1`; empty when it does not say. @throws AppError UNAVAILABLE */
export async function readTemporalVersion(client: Client): Promise<string> {
  try {
    const info = await client.withDeadline(Date.now() + TIMEOUT_MS, () =>
      client.workflowService.getSystemInfo({}),
    );
    return info.serverVersion ?? '';
  } catch (error) {
    throw toTemporalError(error);
  }
}
