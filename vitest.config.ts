import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'graders/**/*.test.ts', 'web/**/*.test.ts', 'labs/**/*.test.ts'],
    // Only what hangs is to end here: a busy machine takes its time.
    testTimeout: 180_000,
    // Booted worlds are what hooks wait for.
    hookTimeout: 180_000,
    // Files share a process, its modules and its warm code: loading them anew for each took more than half of the time.
    isolate: false,
    maxWorkers: availableParallelism(),
    // A test that boots a world reads the whole product: what was transformed once is read from the disk.
    experimental: { fsModuleCache: true },
  },
});
