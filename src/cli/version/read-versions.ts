/** Everything that two installations must agree on, or that a bug report needs. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { toAppError } from '../../core/errors.js';
import { SCHEMA_VERSION } from '../../core/kafka/events.js';
import { ORDER_SAGA } from '../../core/names.js';
import { readMigrations } from '../../core/postgres/read-migrations.js';
import { readScriptDigests } from '../../core/redis/script-digests.js';
import { binaryVersion } from '../../core/version.js';
import { findWorkflowBundle } from '../../worker/workflow-bundle.js';

export async function readVersions() {
  const migrations = await readMigrations();
  const scripts = readScriptDigests();
  return {
    version: binaryVersion(),
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    /** Of the database. */
    schema: { migrations: migrations.length, newest: migrations.at(-1)?.name ?? null },
    eventSchemaVersion: SCHEMA_VERSION,
    /** `digest` is of all scripts together; each one is named as Redis names it. */
    scripts: { digest: digestOf(Object.values(scripts).join('')), each: scripts },
    /** `bundle` is the digest of the workflow code that a worker of this installation runs; null when none was built. */
    workflows: { types: [ORDER_SAGA, 'sweep'], bundle: readBundleDigest() },
  };
}

function readBundleDigest(): string | null {
  try {
    return digestOf(readFileSync(findWorkflowBundle()));
  } catch (thrown) {
    if (toAppError(thrown).code === 'INTERNAL') return null;
    throw thrown;
  }
}

function digestOf(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
