/** Kafka of the local stack: one broker that is its own controller, from jars, on Java 17 or newer. */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema } from '../../core/config/schema.js';
import { AppError } from '../../core/errors.js';
import { createSilentLog } from '../../core/log.js';
import { findJars, fetchJars, KAFKA_VERSION } from '../install/kafka-jars.js';
import type { Machine } from '../machine.js';
import type { Ports } from '../service-names.js';
import type { NativeProgram, Service, Site } from '../service.js';

const OLDEST_JAVA = 17;
/** One broker on loopback belongs to nobody else; the id only has to be well formed. */
const CLUSTER_ID = 'b3JkZXJzY3RsLWxvY2FsLQ';
const HEAP = '-Xmx512m';
/** Three fifths of the processor time of a start, for a broker that will not live long enough to miss the rest. */
const QUICK_START = '-XX:TieredStopAtLevel=1';
/** Without these a JVM that is killed leaves files in the machine's temporary folder. */
const tidy = (dataFolder: string) => ['-XX:-UsePerfData', `-Djava.io.tmpdir=${dataFolder}.tmp`];

export const kafka: Service = {
  name: 'kafka',
  async findNative(machine) {
    const java = await findJava(machine);
    if ('missing' in java) return java;
    const jars = findJars(machine);
    if (jars === undefined)
      return { missing: `Kafka ${KAFKA_VERSION} is neither in KAFKA_HOME nor in the cache` };
    return nativeProgram(machine, java.path, jars.classPath, `${jars.why}, Java ${java.major}`);
  },
  async installation(machine) {
    const hasJava = 'path' in (await findJava(machine));
    const hasMaven = machine.findProgram('mvn') !== undefined;
    return {
      apt: [...(hasJava ? [] : ['default-jre-headless']), ...(hasMaven ? [] : ['maven'])],
      brew: [...(hasJava ? [] : ['openjdk']), ...(hasMaven ? [] : ['maven'])],
      fetch: { what: `Kafka ${KAFKA_VERSION} from Maven Central (43 MB)`, run: fetchJars },
    };
  },
  docker: ({ ports }) => ({
    image: `apache/kafka:${KAFKA_VERSION}`,
    publish: [{ host: ports.kafka, container: 9_092 }],
    env: dockerEnvironment(ports),
    volume: '/var/lib/kafka/data',
    args: [],
  }),
  async probe(address) {
    const { createKafka } = await import('../../core/kafka/create-kafka.js');
    const config = configSchema.parse({ kafkaBrokers: address });
    const admin = createKafka(config, createSilentLog(), 'dev', {
      requestTimeoutMs: 2_000,
      retries: 0,
    }).admin();
    try {
      await admin.connect();
      const { brokers } = await admin.describeCluster();
      if (brokers.length === 0) throw new AppError('UNAVAILABLE', 'the broker has not registered yet');
    } finally {
      await admin.disconnect();
    }
  },
};

async function findJava(machine: Machine): Promise<{ path: string; major: number } | { missing: string }> {
  const home = machine.env['JAVA_HOME'];
  const path = machine.findProgram('java', home ? [join(home, 'bin')] : []);
  if (path === undefined) return { missing: `no java in JAVA_HOME or PATH; Kafka needs Java ${OLDEST_JAVA}` };
  const { stderr } = await machine.run(path, ['-version'], { timeoutMs: 10_000 });
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  if (major < OLDEST_JAVA)
    return { missing: `${path} is Java ${major || 'unknown'}; Kafka needs ${OLDEST_JAVA}` };
  return { path, major };
}

function nativeProgram(machine: Machine, java: string, classPath: string, why: string): NativeProgram {
  const propertiesOf = (site: Site) => `${site.dataFolder}.properties`;
  const loggingOf = (site: Site) => `${site.dataFolder}.log4j2.properties`;
  return {
    why,
    async prepare(site) {
      mkdirSync(`${site.dataFolder}.tmp`, { recursive: true });
      // Written each time: the ports may differ from the last.
      writeFileSync(propertiesOf(site), serverProperties(site.ports, site.dataFolder));
      writeFileSync(loggingOf(site), LOGGING);
      if (existsSync(join(site.dataFolder, 'meta.properties'))) return;
      await format(site);
    },
    launch: (site) => ({
      command: java,
      args: [
        HEAP,
        '-XX:+UseSerialGC',
        ...(site.ephemeral ? [QUICK_START] : []),
        ...tidy(site.dataFolder),
        `-Dlog4j2.configurationFile=${loggingOf(site)}`,
        '-cp',
        classPath,
        'kafka.Kafka',
        propertiesOf(site),
      ],
      stopSignal: 'SIGTERM',
      inBackground: true,
    }),
  };

  async function format(site: Site): Promise<void> {
    const draft = `${site.dataFolder}.new`;
    const properties = `${draft}.properties`;
    rmSync(draft, { recursive: true, force: true });
    writeFileSync(properties, serverProperties(site.ports, draft));
    const tool = ['-cp', classPath, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', properties];
    const { code, stderr, stdout } = await machine.run(java, tool, { timeoutMs: 60_000 });
    rmSync(properties, { force: true });
    if (code !== 0) {
      const said = `${stdout}${stderr}`.trim().split('\n').slice(-5).join('\n  ');
      throw new AppError('UNAVAILABLE', `formatting the Kafka data folder failed:\n  ${said}`);
    }
    rmSync(site.dataFolder, { recursive: true, force: true });
    renameSync(draft, site.dataFolder);
  }
}

/** Topics are ours to create; every replication factor is that of a single broker. */
const COMMON_SETTINGS = {
  'process.roles': 'broker,controller',
  'node.id': '1',
  'controller.listener.names': 'CONTROLLER',
  'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
  'inter.broker.listener.name': 'PLAINTEXT',
  'auto.create.topics.enable': 'false',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '8',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'group.initial.rebalance.delay.ms': '0',
} as const;

function serverProperties(ports: Ports, dataFolder: string): string {
  const listeners = `PLAINTEXT://127.0.0.1:${ports.kafka},CONTROLLER://127.0.0.1:${ports.kafkaController}`;
  const settings = {
    ...COMMON_SETTINGS,
    // Static voters: data written on one port starts on another.
    'controller.quorum.voters': `1@127.0.0.1:${ports.kafkaController}`,
    listeners,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'log.dirs': dataFolder,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function dockerEnvironment(ports: Ports): Record<string, string> {
  const settings = {
    ...COMMON_SETTINGS,
    'controller.quorum.voters': '1@localhost:9093',
    listeners: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${ports.kafka}`,
    'log.dirs': '/var/lib/kafka/data',
  };
  const names = Object.entries(settings).map(([name, value]) => [
    `KAFKA_${name.toUpperCase().replaceAll('.', '_')}`,
    value,
  ]);
  return { ...(Object.fromEntries(names) as Record<string, string>), CLUSTER_ID };
}

const LOGGING = `status=error
appender.console.type=Console
appender.console.name=console
appender.console.layout.type=PatternLayout
appender.console.layout.pattern=%d{ISO8601} %p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRef.console.ref=console
`;
