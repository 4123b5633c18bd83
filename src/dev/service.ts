/** What the stack must know of each of its servers to find, install, start and question it. */
import type { Machine } from './machine.js';
import type { Ports, ServiceName } from './service-names.js';

/** Where one server of one stack lives. */
export interface Site {
  /** Its data. Made by `prepare`; whoever runs the server may enter all folders above. */
  readonly dataFolder: string;
  readonly ports: Ports;
  /** Thrown away at the end: durability may be traded for speed. */
  readonly ephemeral: boolean;
}

/** One process to start. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Run as this user; only root can. */
  readonly asUser?: string;
  /** Asks the server to end in an orderly way; also sent when the process that started it is gone. */
  readonly stopSignal: 'SIGINT' | 'SIGTERM';
  /** Killed, it leaves something in the kernel that outlives it; it is asked to end even when its data is not kept. */
  readonly leavesTraces?: boolean;
  /**
   * Buyers do not wait for it. In production it has machines of its own; where it shares one with the gatekeeper it may
   * give way, so that buyers are answered as fast as the gatekeeper can.
   */
  readonly inBackground?: boolean;
}

/** A server program found on this machine. */
export interface NativeProgram {
  /** Where and what, for the operator. */
  readonly why: string;
  /** Makes the data folder; nothing when it is there. @throws AppError UNAVAILABLE */
  prepare(site: Site): Promise<void>;
  launch(site: Site): Launch;
}

/** What is missing before `findNative` would succeed. */
export interface Installation {
  /** Packages of the system, empty when all are there. */
  readonly apt: readonly string[];
  readonly brew: readonly string[];
  /** What is fetched into the cache of this user afterwards. */
  readonly fetch?: { readonly what: string; run(machine: Machine): Promise<void> };
}

export interface DockerImage {
  readonly image: string;
  /** Port in the container for each published port. */
  readonly publish: readonly { readonly host: number; readonly container: number }[];
  readonly env: Readonly<Record<string, string>>;
  /** Path in the container that a volume keeps. */
  readonly volume: string;
  readonly args: readonly string[];
}

export interface Service {
  readonly name: ServiceName;
  /** The program, or why there is none. */
  findNative(machine: Machine): Promise<NativeProgram | { readonly missing: string }>;
  /** What would have to be installed, or why that cannot be done here. */
  installation(machine: Machine): Promise<Installation | { readonly impossible: string }>;
  docker(site: Pick<Site, 'ports' | 'ephemeral'>): DockerImage;
  /** Resolves when the server answers its own protocol. @throws anything while it does not */
  probe(address: string): Promise<void>;
}
