import { defineConfig } from 'vitest/config';
import { SpreadLongFiles } from './test/support/spread-long-files.js';

/** Files whose code may live once in a process: they share one, which saves a quarter of a second for each. */
const SHARED = ['test/{bench,cli,core,lua,model}/**/*.test.{ts,tsx}'];

const COMMON = {
  environment: 'node',
  setupFiles: ['test/support/leak-check.ts'],
  pool: 'forks' as const,
  testTimeout: 20_000,
  hookTimeout: 60_000,
  teardownTimeout: 30_000,
};

/** Every level that fits in a run of minutes; `vitest.long.config.ts` has the rest. */
export default defineConfig({
  test: {
    // One stack for both: a set-up of a project's own would start another.
    globalSetup: ['test/support/global-setup.ts'],
    // The stack's own servers want the rest of a small machine.
    maxWorkers: 2,
    sequence: { sequencer: SpreadLongFiles },
    projects: [
      { test: { ...COMMON, name: 'shared', include: SHARED, isolate: false } },
      {
        test: {
          ...COMMON,
          name: 'own',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/long/**', ...SHARED],
        },
      },
    ],
  },
});
