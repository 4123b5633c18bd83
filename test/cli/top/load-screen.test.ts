import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { childEnvironment, REPOSITORY } from '../../support/binary.js';

/** Of `act`, which only the build for development has. */
const LOAD = `
  const { loadScreen } = await import('./dist/cli/top/load-screen.js');
  const { runLive } = await loadScreen();
  const { default: React } = await import('react');
  console.log(JSON.stringify([typeof runLive, typeof React.act, process.env.NODE_ENV ?? null]));`;

it.each([undefined, 'development'])(
  'runs without what React notes down for developers (NODE_ENV %s)',
  (mode) => {
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', LOAD], {
      ...{ cwd: REPOSITORY, encoding: 'utf8' },
      env: childEnvironment({ NODE_ENV: mode }),
    });
    expect(JSON.parse(said)).toEqual(['function', 'undefined', mode ?? null]);
  },
);
