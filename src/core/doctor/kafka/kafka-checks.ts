/** Kafka: topics as they should be, and groups that read them. */
import type { Check } from '../check.js';
import { deadLetterSize } from './dead-letter-size.js';
import { ordersGroup, productsGroup } from './group.js';
import { partitions } from './partitions.js';
import { replication } from './replication.js';
import { retention } from './retention.js';
import { topics } from './topics.js';

export const KAFKA_CHECKS: readonly Check[] = [
  topics,
  partitions,
  replication,
  retention,
  deadLetterSize,
  ordersGroup,
  productsGroup,
];
