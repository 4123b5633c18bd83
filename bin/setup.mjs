/** Makes a fresh clone ready: checks Node, installs, builds. No dependencies; does nothing, quickly, when all is ready. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isBuilt } from './fingerprint.mjs';
import { hashFiles } from './hash-files.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const INSTALL_STAMP = join(root, 'node_modules/.ordersctl-installed');

checkNode();
install();
build();

function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const [major, minor] = /(\d+)\.(\d+)/.exec(engines.node).slice(1).map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(
    `Node ${process.versions.node} is too old: ordersctl needs ${engines.node}`,
    'Install a newer Node, then run: npm run setup',
  );
}

function install() {
  // Native parts are chosen per platform, so a folder carried to another machine is installed again.
  const wanted = `${hashFiles(root, ['package-lock.json'])} ${process.platform} ${process.arch}\n`;
  if (existsSync(INSTALL_STAMP) && readFileSync(INSTALL_STAMP, 'utf8') === wanted) return;
  const started = Date.now();
  say('installing packages (npm ci) …');
  run(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
    'Is the package registry reachable? Then run again: npm run setup',
  );
  writeFileSync(INSTALL_STAMP, wanted);
  say(`installed in ${seconds(started)}`);
}

function build() {
  if (isBuilt(root)) return;
  const started = Date.now();
  say('building …');
  run(process.execPath, [join(root, 'bin/build.mjs')], 'Mend what is named above, then run: npm run build');
  say(`built in ${seconds(started)}`);
}

function run(command, args, hint) {
  // stdout of setup stays empty: commands that begin with setup may print data.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (error) fail(`cannot run ${command}: ${error.message}`, hint);
  if (status !== 0) fail(`${command} ${args[0]} failed (exit ${status})`, hint);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(what, hint) {
  process.stderr.write(`setup: ${what}\n  ${hint}\n`);
  process.exit(1);
}
