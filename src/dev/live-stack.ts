/** What can be known of the stack of a folder from outside the process that runs it. */
import { isStackLive, readStackState, type StackState } from '../core/config/stack-state.js';
import { AppError } from '../core/errors.js';
import { SERVICES } from './services/all.js';
import { ADDRESS_VARIABLE, type ServiceName } from './service-names.js';

/** The state of a running stack; undefined when none runs, or when it is not ready yet. */
export function findLiveStack(project: string): StackState | undefined {
  const state = readStackState(project);
  return state && isStackLive(state) ? state : undefined;
}

/** @throws AppError UNAVAILABLE when none runs */
export function requireLiveStack(project: string): StackState {
  const state = findLiveStack(project);
  if (state) return state;
  throw new AppError('UNAVAILABLE', `no local stack runs in ${project}`, { hint: 'ordersctl dev up -d' });
}

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly mode: string;
  /** Null for an attached server. */
  readonly pid: number | null;
  readonly port: number;
  readonly address: string;
  /** It answers its own protocol now. */
  readonly ready: boolean;
}

const PROBE_TIMEOUT_MS = 3_000;

/** Asks every server of the stack. */
export function askServices(state: StackState): Promise<readonly ServiceStatus[]> {
  return Promise.all(
    state.services.map(async ({ name, mode, pid, port }) => {
      const address = state.env[ADDRESS_VARIABLE[name]] ?? '';
      return { name, mode, pid, port, address, ready: await answers(name, address) };
    }),
  );
}

async function answers(name: ServiceName, address: string): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), PROBE_TIMEOUT_MS);
  });
  const asked = SERVICES[name].probe(address).then(
    () => true,
    () => false,
  );
  const answered = await Promise.race([asked, late]);
  clearTimeout(timer);
  return answered;
}
