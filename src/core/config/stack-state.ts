/** The one file by which a live local stack makes itself known: `.ordersctl/state.json`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

export const STACK_FOLDER = '.ordersctl';
export const STACK_STATE_FILE = 'state.json';

const serviceSchema = z.object({
  name: z.enum(['postgres', 'redis', 'kafka', 'temporal']),
  /** How it was found: attach, native, docker. */
  mode: z.string(),
  pid: z.number().int().nullable(),
  port: z.number().int(),
});

/** Written by `dev up` when everything is ready, removed by `dev down`. */
export const stackStateSchema = z.object({
  schemaVersion: z.literal(1),
  /** The supervising process; the state counts as live only while it runs with this start time. */
  supervisorPid: z.number().int(),
  supervisorStartTime: z.string(),
  startedAt: z.iso.datetime(),
  services: z.array(serviceSchema),
  /** What `dev env` prints and a second terminal inherits. */
  env: z.record(z.string(), z.string()),
});
export type StackState = z.output<typeof stackStateSchema>;

/** Kernel start time of a process, which with its pid names it for good; undefined when it is gone. Linux. */
export function processStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

/** Reads the state file of a folder; undefined when there is none or it is not readable as one. */
export function readStackState(cwd: string): StackState | undefined {
  try {
    const parsed = stackStateSchema.safeParse(
      JSON.parse(readFileSync(join(cwd, STACK_FOLDER, STACK_STATE_FILE), 'utf8')),
    );
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

/** True when the supervisor that wrote the state still runs; on systems without /proc, when its pid answers. */
export function isStackLive(state: StackState): boolean {
  const startTime = processStartTime(state.supervisorPid);
  if (startTime !== undefined) return startTime === state.supervisorStartTime;
  if (process.platform === 'linux') return false;
  try {
    process.kill(state.supervisorPid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Environment of the live local stack of a folder; empty when none runs. */
export function readStackEnv(cwd: string): Readonly<Record<string, string>> {
  const state = readStackState(cwd);
  return state && isStackLive(state) ? state.env : {};
}
