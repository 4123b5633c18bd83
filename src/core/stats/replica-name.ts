/** Names this process among the replicas of its role. */
import { hostname } from 'node:os';

/** Host and process id: stable for the life of the process, readable in `top` and in logs. */
export function replicaName(): string {
  return `${hostname()}:${process.pid}`;
}
