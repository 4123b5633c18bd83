import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { NODE_FLAGS } from '../../../src/bench/stack/start-process.js';
import { REPOSITORY } from '../../support/binary.js';

it('starts roles with the flags of the image, so that the benchmark measures what production runs', () => {
  const dockerfile = readFileSync(join(REPOSITORY, 'deploy/Dockerfile'), 'utf8');
  const [, entrypoint] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? [];
  expect(JSON.parse(entrypoint ?? '')).toEqual(['node', ...NODE_FLAGS, 'bin/ordersctl.js']);
});
