/** The binary as an earlier commit builds it, in a temporary folder: what runs while an upgrade begins. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from './binary.js';

export interface EarlierBuild {
  /** Its `bin/ordersctl.js`. */
  readonly binary: string;
  remove(): void;
}

const MIGRATIONS = 'migrations';
const CANDIDATES = 200;

/**
 * The commit to upgrade from: ORDERSCTL_UPGRADE_FROM, else the newest one on the way here that has fewer of the present
 * migrations and none that were changed since, else the one before this.
 * @returns its hash, or why there is none
 */
export function findEarlierCommit(): { readonly commit: string } | { readonly missing: string } {
  if (git(['rev-parse', '--show-toplevel']) === undefined) return { missing: 'no git history' };
  const named = process.env['ORDERSCTL_UPGRADE_FROM'];
  if (named !== undefined && named !== '') {
    const commit = git(['rev-parse', '--verify', `${named}^{commit}`]);
    return commit === undefined ? { missing: `no commit ${named}` } : { commit };
  }
  const earlier = lines(git(['rev-list', '--first-parent', `--max-count=${CANDIDATES}`, 'HEAD~1']));
  const [before] = earlier;
  if (before === undefined) return { missing: 'no commit before this one in the history' };
  const present = migrationsOf('HEAD');
  return { commit: earlier.find((commit) => isBehind(migrationsOf(commit), present)) ?? before };
}

/** Installed as it was, from the cache where possible, and built; takes half a minute. @throws when it does not build */
export function buildEarlier(commit: string): EarlierBuild {
  const folder = mkdtempSync(join(tmpdir(), 'ordersctl-earlier-'));
  try {
    run('git', ['archive', '--format=tar', '-o', join(folder, 'source.tar'), commit], REPOSITORY);
    run('tar', ['-xf', 'source.tar'], folder);
    if (lockOf(folder) === lockOf(REPOSITORY)) {
      symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
    } else {
      const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
      run('npm', ['ci', ...quietly], folder);
    }
    run(process.execPath, ['bin/build.mjs'], folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    binary: join(folder, 'bin/ordersctl.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Fewer, and all of them as they are now: data of that commit can be migrated. */
function isBehind(earlier: ReadonlyMap<string, string>, present: ReadonlyMap<string, string>): boolean {
  if (earlier.size === 0 || earlier.size >= present.size) return false;
  return [...earlier].every(([path, content]) => present.get(path) === content);
}

/** Path → hash of its content. */
function migrationsOf(commit: string): Map<string, string> {
  const listed = lines(git(['ls-tree', '-r', commit, `${MIGRATIONS}/`]));
  return new Map(
    listed.map((line) => {
      const [facts = '', path = ''] = line.split('\t');
      return [path, facts.split(' ')[2] ?? ''];
    }),
  );
}

function lockOf(folder: string): string {
  return readFileSync(join(folder, 'package-lock.json'), 'utf8');
}

/** @returns undefined when git or the thing asked for is not there */
function git(args: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync('git', args, { cwd: REPOSITORY, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function lines(text: string | undefined): string[] {
  return (text ?? '').split('\n').filter((line) => line !== '');
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, error, stderr, stdout } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? `${stderr}${stdout}`}`);
}
