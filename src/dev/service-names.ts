/** The four servers of the local stack, in the order in which they are shown. */
export const SERVICE_NAMES = ['postgres', 'redis', 'kafka', 'temporal'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** Every port the stack listens on, at the number its server is known by. */
const STANDARD_PORTS = {
  postgres: 5_432,
  redis: 6_379,
  kafka: 9_092,
  kafkaController: 9_093,
  temporal: 7_233,
  temporalUi: 8_233,
} as const;
export type PortName = keyof typeof STANDARD_PORTS;
export type Ports = Readonly<Record<PortName, number>>;
export const PORT_NAMES = Object.keys(STANDARD_PORTS) as readonly PortName[];

/** Added to the standard ports, so that a developer's own servers are left alone. */
export const DEFAULT_PORT_BASE = 10_000;
export const MAX_PORT_BASE = 65_535 - Math.max(...Object.values(STANDARD_PORTS));

/** Whose port it is. */
export const PORT_OWNER: Readonly<Record<PortName, ServiceName>> = {
  postgres: 'postgres',
  redis: 'redis',
  kafka: 'kafka',
  kafkaController: 'kafka',
  temporal: 'temporal',
  temporalUi: 'temporal',
};

export function portsAt(base: number): Ports {
  return Object.fromEntries(PORT_NAMES.map((name) => [name, STANDARD_PORTS[name] + base])) as Record<
    PortName,
    number
  >;
}

/** The setting that tells a program where this service is. */
export const ADDRESS_VARIABLE = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  kafka: 'KAFKA_BROKERS',
  temporal: 'TEMPORAL_ADDRESS',
} as const satisfies Record<ServiceName, string>;

/** The value of that setting for a server of this stack. */
export function addressOf(name: ServiceName, ports: Ports): string {
  switch (name) {
    case 'postgres':
      return `postgres://ordersctl@127.0.0.1:${ports.postgres}/postgres`;
    case 'redis':
      return `redis://127.0.0.1:${ports.redis}`;
    case 'kafka':
      return `127.0.0.1:${ports.kafka}`;
    case 'temporal':
      return `127.0.0.1:${ports.temporal}`;
  }
}
