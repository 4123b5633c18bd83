import { defineConfig } from 'vitest/config';

/** Outages by the minute, soak, image builds: `npm run test:long`. */
export default defineConfig({
  // As the build does it: React's development runtime is another one.
  oxc: { jsx: { runtime: 'automatic', development: false } },
  test: {
    environment: 'node',
    include: ['test/long/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/global-setup.ts'],
    setupFiles: ['test/support/leak-check.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 15 * 60_000,
    hookTimeout: 5 * 60_000,
    teardownTimeout: 60_000,
  },
});
