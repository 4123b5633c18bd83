/** The one place that opens kafkajs: brokers, timeouts, logs. */
import { Kafka, logLevel, type LogEntry } from 'kafkajs';
import type { Config } from '../config/schema.js';
import { requireSettings } from '../config/require-settings.js';
import { AppError } from '../errors.js';
import type { Log } from '../log.js';
import { areStoreCallsHeard, tellStoreCall } from '../store-calls.js';
import { awaitVersions } from './await-versions.js';
import { quietTimers } from './quiet-timers.js';

export interface KafkaTimes {
  /** Longest wait for one answer of a broker. */
  readonly requestTimeoutMs: number;
  /** How often a failed request is tried again by the client itself. */
  readonly retries: number;
}

const CONNECTION_TIMEOUT_MS = 3_000;

/** @throws AppError CONFIG_INVALID without KAFKA_BROKERS */
export function createKafka(config: Config, log: Log, purpose: string, times: KafkaTimes): Kafka {
  const { kafkaBrokers } = requireSettings(config, ['kafkaBrokers']);
  quietTimers();
  awaitVersions();
  const kafka = new Kafka({
    clientId: `ordersctl-${purpose}`,
    brokers: [...kafkaBrokers],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: times.requestTimeoutMs,
    retry: { retries: times.retries, initialRetryTime: 100, maxRetryTime: 2_000 },
    logLevel: logLevel.INFO,
    logCreator: () => (entry) => writeEntry(log, entry),
  });
  return areStoreCallsHeard() ? tellCalls(kafka) : kafka;
}

/** Of the admin client alone: it asks what operators want to know. */
function tellCalls(kafka: Kafka): Kafka {
  const makeAdmin = kafka.admin.bind(kafka);
  kafka.admin = (config) => {
    const admin = makeAdmin(config);
    admin.on('admin.network.request', ({ payload: { createdAt, duration } }) => {
      const startedAt = createdAt - performance.timeOrigin;
      tellStoreCall({ store: 'kafka', startedAt, endedAt: startedAt + duration });
    });
    return admin;
  };
  return kafka;
}

/**
 * The client reports each of its own retries as an error, several lines a try. What has really failed reaches our
 * callers as an exception or as a crash event, and is told once by them.
 */
function writeEntry(log: Log, entry: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _logger, stack: _stack, ...facts } = entry.log;
  log.debug({ kafka: facts, namespace: entry.namespace }, message);
}

/** Gives any failure of the client as UNAVAILABLE: with its own retries behind it, waiting is what is left. */
export function toKafkaError(error: unknown, config: Pick<Config, 'kafkaBrokers'>): AppError {
  if (error instanceof AppError) return error;
  const why = error instanceof Error ? error.message : String(error);
  if (/does not host this topic-partition/.test(why)) {
    return new AppError('UNAVAILABLE', 'a topic does not exist', {
      hint: 'ordersctl migrate creates it',
      cause: error,
    });
  }
  return new AppError(
    'UNAVAILABLE',
    `Kafka at ${(config.kafkaBrokers ?? []).join(',')} does not answer: ${why}`,
    {
      hint: 'Check KAFKA_BROKERS and that the brokers run; locally: ordersctl dev status',
      cause: error,
    },
  );
}
