/** Compiles src/ to dist/, copies the Lua scripts and bundles the workflows. `--force` builds from nothing. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withBuildLock } from './build-lock.mjs';
import { fingerprint, markBuilt } from './fingerprint.mjs';
import { listFiles } from './hash-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (path) => join(root, path);
const RECORD = at('dist/.tsbuildinfo');
/**
 * Working out what some hundred changes affect took tsc (6.0) over ten minutes, as after a pull; all of it anew takes half
 * a minute.
 */
const MANY_CHANGES = 40;
const WORKFLOWS = at('dist/worker/workflows/index.js');

await withBuildLock(root, async () => {
  if (process.argv.includes('--force')) rmSync(at('dist'), { recursive: true, force: true });
  dropOldRecord();
  const print = fingerprint(root);
  const compiled = compile();
  removeStale();
  copyLua();
  await bundleWorkflows();
  if (compiled) markBuilt(root, print);
  else process.exitCode = 1;
});

function dropOldRecord() {
  if (!existsSync(RECORD)) return;
  const writtenAt = statSync(RECORD).mtimeMs;
  const changed = listFiles(at('src')).filter((file) => statSync(file).mtimeMs > writtenAt);
  if (changed.length > MANY_CHANGES) rmSync(RECORD);
}

/** tsc writes what it can even when types are wrong; the build fails all the same. */
function compile() {
  const tsc = at('node_modules/typescript/bin/tsc');
  const incremental = ['--incremental', '--tsBuildInfoFile', 'dist/.tsbuildinfo'];
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json', ...incremental], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  return status === 0;
}

/** A source that was renamed or removed must not live on in dist/. */
function removeStale() {
  for (const file of listFiles(at('dist'))) {
    const source = relative(at('dist'), file).replace(/\.js(\.map)?$/, '');
    if (!/\.js(\.map)?$/.test(file)) continue;
    if (!['.ts', '.tsx'].some((extension) => existsSync(at(`src/${source}${extension}`)))) rmSync(file);
  }
}

function copyLua() {
  const scripts = listFiles(at('src/lua'));
  for (const script of scripts)
    writeAtomically(at(`dist/lua/${relative(at('src/lua'), script)}`), readFileSync(script));
  const names = new Set(scripts.map((script) => relative(at('src/lua'), script)));
  for (const copy of listFiles(at('dist/lua'))) if (!names.has(relative(at('dist/lua'), copy))) rmSync(copy);
}

/** Done here and not when a worker starts: a second less, and what runs is what was tested. */
async function bundleWorkflows() {
  if (!existsSync(WORKFLOWS)) return;
  const { bundleWorkflowCode } = await import('@temporalio/worker');
  const quiet = { trace() {}, debug() {}, info() {}, log() {}, warn: complain, error: complain };
  const { code } = await bundleWorkflowCode({ workflowsPath: WORKFLOWS, logger: quiet });
  writeAtomically(at('dist/worker/workflow-bundle.cjs'), code);
}

function complain(message) {
  process.stderr.write(`build: ${message}\n`);
}

function writeAtomically(path, content) {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}
