/** Temporal's command line, which holds its dev server: in the cache, built there once with Go. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AppError } from '../../core/errors.js';
import type { Machine } from '../machine.js';

/** The last tag that `go install` accepts: later ones have replace lines in their go.mod. */
export const TEMPORAL_CLI_VERSION = 'v1.5.1';
/** From here on Go fetches by itself the newer toolchain that the module asks for. */
export const OLDEST_GO = '1.21';
const BUILD_TIMEOUT_MS = 30 * 60_000;

export function cachedTemporal(machine: Machine): string {
  return join(machine.cacheFolder, 'temporal/bin/temporal');
}

export async function findGo(machine: Machine): Promise<{ path: string } | { missing: string }> {
  const path = machine.findProgram('go') ?? machine.findProgram('go', ['/usr/local/go/bin']);
  if (path === undefined) return { missing: `no go in PATH to build it with (Go ${OLDEST_GO} or newer)` };
  const { stdout } = await machine.run(path, ['version'], { timeoutMs: 10_000 });
  const [major = 0, minor = 0] = (/go(\d+)\.(\d+)/.exec(stdout) ?? []).slice(1).map(Number);
  const [needMajor = 0, needMinor = 0] = OLDEST_GO.split('.').map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return { path };
  return { missing: `${path} is Go ${major}.${minor}; building Temporal needs ${OLDEST_GO} or newer` };
}

/** Builds into a folder of its own and moves the program into place when it is whole. @throws AppError UNAVAILABLE */
export async function installTemporal(machine: Machine): Promise<void> {
  const go = await findGo(machine);
  if ('missing' in go)
    throw new AppError('UNAVAILABLE', go.missing, {
      hint: 'Or set TEMPORAL_CLI_PATH to the temporal program',
    });
  const target = cachedTemporal(machine);
  mkdirSync(dirname(target), { recursive: true });
  const draft = mkdtempSync(join(dirname(target), 'build-'));
  try {
    const { code, stderr } = await machine.run(
      go.path,
      ['install', `github.com/temporalio/cli/cmd/temporal@${TEMPORAL_CLI_VERSION}`],
      { timeoutMs: BUILD_TIMEOUT_MS, env: { GOBIN: draft, GOFLAGS: '', HOME: machine.env['HOME'] ?? draft } },
    );
    if (code !== 0) {
      const lines = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('go: downloading'));
      const said = lines.slice(-3).join('\n  ');
      throw new AppError(
        'UNAVAILABLE',
        `go install could not build Temporal ${TEMPORAL_CLI_VERSION}:\n  ${said}`,
        {
          hint: 'It needs the Go module proxy, once. Or set TEMPORAL_CLI_PATH to the temporal program',
        },
      );
    }
    renameSync(join(draft, 'temporal'), target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}
