/** Every setting of the product: one zod schema gives parsing, defaults, documentation and masking. */
import { z } from 'zod';
import { contextName } from './contexts.js';
import {
  currency,
  duration,
  endings,
  flag,
  list,
  network,
  origin,
  port,
  rate,
  secureUrl,
  signingSecrets,
  url,
  whole,
} from './setting-values.js';

/** How a setting is written in the environment, and whether its value may be shown. */
export interface Setting {
  readonly env: string;
  readonly secret?: boolean;
  readonly describe: string;
}

/** Values as roles and commands use them: durations in milliseconds. Absent optional settings are undefined. */
export const configSchema = z.object({
  databaseUrl: url(['postgres:', 'postgresql:']).optional(),
  redisUrl: url(['redis:', 'rediss:']).optional(),
  kafkaBrokers: list
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port[,host:port…]')).min(1))
    .optional(),
  temporalAddress: z
    .string()
    .regex(/^[^\s:]+:\d{1,5}$/, 'must be host:port')
    .optional(),
  temporalNamespace: z.string().min(1).default('default'),
  port: port.default(8080),
  adminPort: port.optional(),
  host: z.string().min(1).default('0.0.0.0'),
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  prefix: z
    .string()
    .regex(/^[a-z0-9-]{0,40}$/, 'must be at most 40 of a-z, 0-9 and -')
    .default(''),
  auth: z.enum(['jwt', 'header']).default('jwt'),
  authHeader: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/i)
    .default('x-user-id'),
  jwtSecret: z.string().min(32, 'must be at least 32 characters').optional(),
  jwtIssuer: z.string().min(1).optional(),
  jwtAudience: z.string().min(1).optional(),
  jwksUrl: secureUrl.optional(),
  jwtClockSkew: duration.pipe(z.number().max(600_000, 'must be at most 10m')).prefault('5s'),
  corsOrigins: list.pipe(z.array(origin).max(100)).optional(),
  payments: z.enum(['simulated', 'webhook']).optional(),
  paymentDeadline: duration.prefault('15m'),
  paymentUrl: secureUrl
    .refine((text) => !URL.canParse(text) || isBareUrl(new URL(text)), {
      message: 'must have no user, query or fragment',
    })
    .optional(),
  paymentSecret: signingSecrets.optional(),
  paymentTimeout: duration
    .pipe(z.number().min(100, 'must be at least 100ms').max(25_000, 'must be at most 25s'))
    .prefault('10s'),
  paymentConnections: whole(1, 1_000).default(50),
  simulatedApproveRate: z.coerce.number().min(0).max(1).default(1),
  simulatedLatency: duration.prefault('0ms'),
  simulatedDeclineUsers: z.string().max(200).optional(),
  simulatedDeclineAmounts: list.pipe(endings).optional(),
  simulatedDeclinesFinal: flag.prefault('true'),
  simulatedManualCapture: flag.prefault('false'),
  simulatedManualUsers: z.string().max(200).optional(),
  simulatedTimeoutRate: z.coerce.number().min(0).max(1).default(0),
  simulatedOutageFile: z.string().min(1).max(4_096).optional(),
  simulatedRefuseRefunds: list.pipe(endings).optional(),
  kafkaPartitions: whole(1, 1_000).default(12),
  kafkaReplication: whole(1, 9).default(1),
  outboxMaxDepth: whole(1, 100_000_000).default(100_000),
  acceptQueueMax: whole(1, 1_000_000).default(5_000),
  acceptBatchMax: whole(1, 2_000).default(500),
  maxQueueAge: duration.prefault('2s'),
  maxLoopDelay: duration.prefault('250ms'),
  maxConnections: whole(1, 1_000_000).default(20_000),
  rateLimitPerCustomer: rate.optional(),
  rateLimitPerAddress: rate.optional(),
  trustedProxies: list.pipe(z.array(network).max(1_000)).optional(),
  sseMaxStreams: whole(1, 1_000_000).default(10_000),
  sseMaxStreamsPerUser: whole(1, 1_000).default(10),
  consumeConcurrency: whole(1, 1_000).default(64),
  currency: currency.optional(),
  holdSweepAge: duration.prefault('60s'),
  sweepInterval: duration.prefault('30s'),
  drainDelay: duration.prefault('0ms'),
  drainDeadline: duration.prefault('25s'),
  actor: z.string().min(1).max(100).optional(),
  context: contextName.optional(),
  production: flag.prefault('false'),
  readOnly: flag.prefault('false'),
});

function isBareUrl({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && search === '' && hash === '';
}

export type Config = z.output<typeof configSchema>;
export type ConfigKey = keyof Config;

/** Standard names first, `ORDERSCTL_*` else. */
export const SETTINGS = {
  databaseUrl: {
    env: 'DATABASE_URL',
    secret: true,
    describe: 'PostgreSQL, postgres://user:password@host:port/database',
  },
  redisUrl: { env: 'REDIS_URL', secret: true, describe: 'Redis, redis://host:port/0' },
  kafkaBrokers: { env: 'KAFKA_BROKERS', describe: 'Kafka, host:port, several by comma' },
  temporalAddress: { env: 'TEMPORAL_ADDRESS', describe: 'Temporal frontend, host:port' },
  temporalNamespace: { env: 'TEMPORAL_NAMESPACE', describe: 'Temporal namespace' },
  port: { env: 'PORT', describe: 'port of the API' },
  adminPort: {
    env: 'ORDERSCTL_ADMIN_PORT',
    describe: 'port of probes and metrics; 9464 serve, 9465 consume, 9466 worker',
  },
  host: { env: 'ORDERSCTL_HOST', describe: 'address the API and the probes listen on' },
  logLevel: { env: 'LOG_LEVEL', describe: 'trace, debug, info, warn, error, fatal or silent' },
  prefix: {
    env: 'ORDERSCTL_PREFIX',
    describe: 'keeps tenants apart: put before Redis keys, topics, group, queue and schedules',
  },
  auth: {
    env: 'ORDERSCTL_AUTH',
    describe:
      'jwt, or header: believes ORDERSCTL_AUTH_HEADER, so only a gateway that sets it may reach serve',
  },
  authHeader: {
    env: 'ORDERSCTL_AUTH_HEADER',
    describe:
      'the header with the user id when ORDERSCTL_AUTH=header; the gateway must strip it from callers',
  },
  jwtSecret: {
    env: 'ORDERSCTL_JWT_SECRET',
    secret: true,
    describe: 'HS256 secret, 32 characters or more; no default',
  },
  jwtIssuer: { env: 'ORDERSCTL_JWT_ISSUER', describe: 'required value of iss, when set' },
  jwtAudience: { env: 'ORDERSCTL_JWT_AUDIENCE', describe: 'required value of aud, when set' },
  jwksUrl: {
    env: 'ORDERSCTL_JWKS_URL',
    describe: 'public keys of an identity provider, https; instead of ORDERSCTL_JWT_SECRET',
  },
  jwtClockSkew: {
    env: 'ORDERSCTL_JWT_CLOCK_SKEW',
    describe: 'how far the clock of the issuer may run ahead (nbf); exp gets no grace',
  },
  corsOrigins: {
    env: 'ORDERSCTL_CORS_ORIGINS',
    describe: 'origins whose pages may call the API, several by comma; none when unset',
  },
  payments: {
    env: 'ORDERSCTL_PAYMENTS',
    describe: 'payment gateway of worker: webhook (docs/payments.md) or simulated; no default',
  },
  paymentDeadline: { env: 'ORDERSCTL_PAYMENT_DEADLINE', describe: 'time to pay, from the start of the saga' },
  paymentUrl: {
    env: 'ORDERSCTL_PAYMENT_URL',
    describe: 'webhook gateway: base address of the payment provider, https',
  },
  paymentSecret: {
    env: 'ORDERSCTL_PAYMENT_SECRET',
    secret: true,
    describe:
      'webhook gateway: signs calls to the provider and verifies its callbacks; several by comma while one replaces another, the first signs. Without it serve takes no callbacks',
  },
  paymentTimeout: {
    env: 'ORDERSCTL_PAYMENT_TIMEOUT',
    describe: 'webhook gateway: longest wait for one answer, after which the same is asked again',
  },
  paymentConnections: {
    env: 'ORDERSCTL_PAYMENT_CONNECTIONS',
    describe: 'webhook gateway: connections of one worker to the provider',
  },
  simulatedApproveRate: {
    env: 'ORDERSCTL_SIMULATED_APPROVE_RATE',
    describe: 'simulated gateway: share of approved payments, 0 to 1',
  },
  simulatedLatency: {
    env: 'ORDERSCTL_SIMULATED_LATENCY',
    describe: 'simulated gateway: time one call takes',
  },
  simulatedDeclineUsers: {
    env: 'ORDERSCTL_SIMULATED_DECLINE_USERS',
    describe: 'simulated gateway: decline users whose id starts with this',
  },
  simulatedDeclineAmounts: {
    env: 'ORDERSCTL_SIMULATED_DECLINE_AMOUNTS',
    describe: 'simulated gateway: decline amounts whose minor units end in these digits, several by comma',
  },
  simulatedDeclinesFinal: {
    env: 'ORDERSCTL_SIMULATED_DECLINES_FINAL',
    describe: 'simulated gateway: whether a decline ends the order, or the customer may try again',
  },
  simulatedManualCapture: {
    env: 'ORDERSCTL_SIMULATED_MANUAL_CAPTURE',
    describe: 'simulated gateway: wait for the customer, whose payment is the second attempt',
  },
  simulatedManualUsers: {
    env: 'ORDERSCTL_SIMULATED_MANUAL_USERS',
    describe: 'simulated gateway: the same for users whose id starts with this alone',
  },
  simulatedTimeoutRate: {
    env: 'ORDERSCTL_SIMULATED_TIMEOUT_RATE',
    describe: 'simulated gateway: share of calls that are decided but whose answer is lost, 0 to 1',
  },
  simulatedOutageFile: {
    env: 'ORDERSCTL_SIMULATED_OUTAGE_FILE',
    describe: 'simulated gateway: while this file exists every call fails',
  },
  simulatedRefuseRefunds: {
    env: 'ORDERSCTL_SIMULATED_REFUSE_REFUNDS',
    describe:
      'simulated gateway: refuse refunds of amounts whose minor units end in these digits, several by comma',
  },
  kafkaPartitions: {
    env: 'ORDERSCTL_KAFKA_PARTITIONS',
    describe: 'partitions of each topic that migrate creates',
  },
  kafkaReplication: {
    env: 'ORDERSCTL_KAFKA_REPLICATION',
    describe: 'replication factor of each topic that migrate creates',
  },
  outboxMaxDepth: {
    env: 'ORDERSCTL_OUTBOX_MAX_DEPTH',
    describe: 'unpublished events at which serve answers 503',
  },
  acceptQueueMax: {
    env: 'ORDERSCTL_ACCEPT_QUEUE_MAX',
    describe: 'orders that may wait for the accept batch in one serve',
  },
  acceptBatchMax: { env: 'ORDERSCTL_ACCEPT_BATCH_MAX', describe: 'orders in one accept call' },
  maxQueueAge: {
    env: 'ORDERSCTL_MAX_QUEUE_AGE',
    describe: 'wait of the oldest order for its batch at which serve answers 503',
  },
  maxLoopDelay: {
    env: 'ORDERSCTL_MAX_LOOP_DELAY',
    describe: 'mean wait of a request to be read by a busy serve from which it answers a share with 503',
  },
  maxConnections: {
    env: 'ORDERSCTL_MAX_CONNECTIONS',
    describe: 'connections to the API of one serve; further ones are closed at once',
  },
  rateLimitPerCustomer: {
    env: 'ORDERSCTL_RATE_LIMIT_PER_CUSTOMER',
    describe: 'POST /orders of one customer over all serves, such as 10/1s; no limit when unset',
  },
  rateLimitPerAddress: {
    env: 'ORDERSCTL_RATE_LIMIT_PER_ADDRESS',
    describe: 'POST /orders of one address (IPv6: /64) over all serves, such as 100/1s; no limit when unset',
  },
  trustedProxies: {
    env: 'ORDERSCTL_TRUSTED_PROXIES',
    describe:
      'addresses or networks of proxies whose X-Forwarded-For is believed, several by comma; none when unset',
  },
  sseMaxStreams: { env: 'ORDERSCTL_SSE_MAX_STREAMS', describe: 'open event streams in one serve' },
  sseMaxStreamsPerUser: {
    env: 'ORDERSCTL_SSE_MAX_STREAMS_PER_USER',
    describe: 'open event streams of one customer in one serve',
  },
  consumeConcurrency: {
    env: 'ORDERSCTL_CONSUME_CONCURRENCY',
    describe: 'workflow starts in flight in one consume',
  },
  currency: {
    env: 'ORDERSCTL_CURRENCY',
    describe: 'ISO 4217 currency of product events that name none, for products without a price yet',
  },
  holdSweepAge: {
    env: 'ORDERSCTL_HOLD_SWEEP_AGE',
    describe: 'age at which a hold without an order is swept',
  },
  sweepInterval: { env: 'ORDERSCTL_SWEEP_INTERVAL', describe: 'how often the sweeps run' },
  drainDelay: {
    env: 'ORDERSCTL_DRAIN_DELAY',
    describe: 'wait between unready and closing on SIGTERM (5s behind a load balancer)',
  },
  drainDeadline: { env: 'ORDERSCTL_DRAIN_DEADLINE', describe: 'longest drain before a role ends anyway' },
  actor: { env: 'ORDERSCTL_ACTOR', describe: 'who operates; default the login name' },
  context: {
    env: 'ORDERSCTL_CONTEXT',
    describe: 'named context whose settings are used (ordersctl help contexts); none for no context',
  },
  production: {
    env: 'ORDERSCTL_PRODUCTION',
    describe:
      'real customers: every change wants a reason and the name of the context, and payments are real',
  },
  readOnly: { env: 'ORDERSCTL_READ_ONLY', describe: 'commands that change something are refused' },
} as const satisfies Record<ConfigKey, Setting>;

export const CONFIG_KEYS = Object.keys(SETTINGS) as ConfigKey[];
