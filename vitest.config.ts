import { defineConfig } from 'vitest/config';
import { SpreadLongFiles } from './test/support/spread-long-files.js';

/** Every level that fits in a run of minutes; `vitest.long.config.ts` has the rest. */
export default defineConfig({
  test: {
    environment: 'node',
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: ['test/long/**'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/leak-check.ts'],
    pool: 'forks',
    // Nothing here changes its process: files share two, which halves the processor time of a run.
    isolate: false,
    // The stack's own servers want the rest of a small machine.
    maxWorkers: 2,
    sequence: { sequencer: SpreadLongFiles },
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
  },
});
