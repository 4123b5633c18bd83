/** The groups of checks, in the order of the answer. A group's clients are loaded with it, and only then. */
import type { Check } from './check.js';

interface Group {
  readonly name: string;
  readonly title: string;
  load(): Promise<readonly Check[]>;
}

export const GROUPS = [
  {
    name: 'config',
    title: 'Configuration',
    load: async () => (await import('./config/config-checks.js')).CONFIG_CHECKS,
  },
  {
    name: 'reach',
    title: 'Stores',
    load: async () => (await import('./reach/reach-checks.js')).REACH_CHECKS,
  },
  {
    name: 'versions',
    title: 'Versions',
    load: async () => (await import('./versions/version-checks.js')).VERSION_CHECKS,
  },
  {
    name: 'postgres',
    title: 'PostgreSQL',
    load: async () => (await import('./postgres/postgres-checks.js')).POSTGRES_CHECKS,
  },
  {
    name: 'redis',
    title: 'Redis',
    load: async () => (await import('./redis/redis-checks.js')).REDIS_CHECKS,
  },
  {
    name: 'kafka',
    title: 'Kafka',
    load: async () => (await import('./kafka/kafka-checks.js')).KAFKA_CHECKS,
  },
  {
    name: 'temporal',
    title: 'Temporal',
    load: async () => (await import('./temporal/temporal-checks.js')).TEMPORAL_CHECKS,
  },
  {
    name: 'clocks',
    title: 'Clocks',
    load: async () => (await import('./clocks/clock-checks.js')).CLOCK_CHECKS,
  },
  {
    name: 'roles',
    title: 'Roles',
    load: async () => (await import('./roles/role-checks.js')).ROLE_CHECKS,
  },
  {
    name: 'payments',
    title: 'Payments',
    load: async () => (await import('./payments/payment-checks.js')).PAYMENT_CHECKS,
  },
  {
    name: 'products',
    title: 'Products',
    load: async () => (await import('./products/product-checks.js')).PRODUCT_CHECKS,
  },
  {
    name: 'orders',
    title: 'Orders',
    load: async () => (await import('./orders/order-checks.js')).ORDER_CHECKS,
  },
] as const satisfies readonly Group[];

export type GroupName = (typeof GROUPS)[number]['name'];

export function isGroupName(name: string): name is GroupName {
  return GROUPS.some((group) => group.name === name);
}
