/** Where one run of any workflow stands. */
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

export type RunStatus = 'running' | 'completed' | 'failed';

/** @returns null when the server does not remember it. @throws what the client throws */
export async function describeRun(client: Client, workflowId: string): Promise<RunStatus | null> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    if (status.name === 'RUNNING') return 'running';
    return status.name === 'COMPLETED' ? 'completed' : 'failed';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null;
    throw error;
  }
}
