/** The servers of the local stack, by name. */
import type { ServiceName } from '../service-names.js';
import type { Service } from '../service.js';
import { kafka } from './kafka.js';
import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { temporal } from './temporal.js';

export const SERVICES: Readonly<Record<ServiceName, Service>> = { postgres, redis, kafka, temporal };
