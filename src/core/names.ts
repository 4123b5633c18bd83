/** Names of topics, groups, queues and workflows: constants in code, kept apart between tenants and tests by one prefix. */

export const TOPICS = {
  reservations: 'orders.reservations',
  created: 'orders.created',
  confirmed: 'orders.confirmed',
  failed: 'orders.failed',
  progress: 'order.progress',
  products: 'product.events',
  deadLetters: 'orders.reservations.dlq',
} as const;
export type TopicKey = keyof typeof TOPICS;
export type TopicName = (typeof TOPICS)[TopicKey];

export const CONSUMER_GROUP = 'ordersctl-consume';
/** A group of its own: a member that waits for Temporal must not keep prices back, and the other way round. */
export const PRODUCTS_GROUP = 'ordersctl-products';
export const TASK_QUEUE = 'ORDER_SAGA_QUEUE';
export const ORDER_SAGA = 'orderSaga';

/** The name a topic, group, queue or schedule has in this deployment. `prefix` is `ORDERSCTL_PREFIX`, mostly empty. */
export function scopedName(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}

/** One saga per order: the id that makes a second start a no-op. */
export function workflowIdOf(orderId: string): string {
  return `order-${orderId}`;
}

/** The long-running processes. */
export const ROLES = ['serve', 'consume', 'worker'] as const;
export type Role = (typeof ROLES)[number];
export const ADMIN_PORTS: Readonly<Record<Role, number>> = { serve: 9464, consume: 9465, worker: 9466 };
