/** Kafka's jars: found in KAFKA_HOME or in the cache, fetched by Maven, and used only when every hash is as committed. */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../core/errors.js';
import type { Machine } from '../machine.js';

export const KAFKA_VERSION = '4.2.0';
const DEPLOY = fileURLToPath(new URL('../../../deploy/kafka/', import.meta.url));
const MAVEN_TIMEOUT_MS = 10 * 60_000;
/** Names the hash list that a cache folder was checked against. */
const STAMP = 'verified';

interface Jar {
  readonly name: string;
  readonly sha256: string;
}

/** The committed list, in its order. */
export function readJarList(path = join(DEPLOY, 'jars.sha256')): readonly Jar[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = /^([0-9a-f]{64}) {2}([\w.+-]+\.jar)$/.exec(line);
      if (!match?.[1] || !match[2]) throw new AppError('INTERNAL', `not a line of a hash list: ${line}`);
      return { sha256: match[1], name: match[2] };
    });
}

/** A class path, or undefined when there are no usable jars yet. */
export function findJars(machine: Machine): { classPath: string; why: string } | undefined {
  const home = machine.env['KAFKA_HOME'];
  if (home && machine.exists(join(home, 'libs'))) {
    return { classPath: join(home, 'libs', '*'), why: `Kafka in KAFKA_HOME ${home}` };
  }
  const folder = jarFolder(machine);
  if (!isVerified(folder)) return undefined;
  // Named one by one: a jar that somebody dropped into the folder is not on the class path.
  const classPath = readJarList()
    .map((jar) => join(folder, jar.name))
    .join(delimiter);
  return { classPath, why: `Kafka ${KAFKA_VERSION} in ${folder}` };
}

function jarFolder(machine: Machine): string {
  return join(machine.cacheFolder, 'kafka', KAFKA_VERSION);
}

function isVerified(folder: string): boolean {
  const stamp = join(folder, STAMP);
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== listHash()) return false;
  return readJarList().every((jar) => existsSync(join(folder, jar.name)));
}

function listHash(): string {
  return createHash('sha256')
    .update(readFileSync(join(DEPLOY, 'jars.sha256')))
    .digest('hex');
}

/** Fetches and checks the jars, then puts the folder into the cache in one move. @throws AppError UNAVAILABLE */
export async function fetchJars(machine: Machine): Promise<void> {
  const maven = machine.findProgram('mvn');
  if (maven === undefined) throw new AppError('UNAVAILABLE', 'no mvn in PATH to fetch Kafka with');
  const folder = jarFolder(machine);
  mkdirSync(dirname(folder), { recursive: true });
  const draft = mkdtempSync(`${folder}.`);
  try {
    copyFileSync(join(DEPLOY, 'pom.xml'), join(draft, 'pom.xml'));
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${draft}`];
    const { code, stdout, stderr } = await machine.run(maven, ['-B', '-q', ...goal], {
      cwd: draft,
      timeoutMs: MAVEN_TIMEOUT_MS,
    });
    if (code !== 0) throw mavenFailed(`${stdout}${stderr}`);
    assertHashes(draft, readJarList());
    writeFileSync(join(draft, STAMP), listHash());
    rmSync(folder, { recursive: true, force: true });
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

/** @throws AppError UNAVAILABLE naming the first jar that is missing, different or not on the list */
export function assertHashes(folder: string, list: readonly Jar[]): void {
  for (const jar of list) {
    const path = join(folder, jar.name);
    if (!existsSync(path)) throw mismatch(`${jar.name} is missing`);
    const found = createHash('sha256').update(readFileSync(path)).digest('hex');
    if (found !== jar.sha256) throw mismatch(`${jar.name} has hash ${found}, expected ${jar.sha256}`);
  }
  const known = new Set(list.map((jar) => jar.name));
  const stranger = readdirSync(folder).find((name) => name.endsWith('.jar') && !known.has(name));
  if (stranger) throw mismatch(`${stranger} is not on the list`);
}

function mismatch(what: string): AppError {
  return new AppError('UNAVAILABLE', `the Kafka jars are not those of deploy/kafka/jars.sha256: ${what}`, {
    hint: 'Check which Maven repository or mirror answers; nothing of it was used',
  });
}

function mavenFailed(output: string): AppError {
  const said = output
    .split('\n')
    .filter((line) => line.includes('ERROR'))
    .slice(0, 3)
    .join('\n  ');
  return new AppError('UNAVAILABLE', `Maven could not fetch Kafka ${KAFKA_VERSION}:\n  ${said}`, {
    hint: 'It needs Maven Central or a mirror (~/.m2/settings.xml), once. Or set KAFKA_HOME to a Kafka of your own',
  });
}
