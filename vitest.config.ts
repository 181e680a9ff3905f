import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'graders/**/*.test.ts', 'web/**/*.test.ts', 'labs/**/*.test.ts'],
    testTimeout: 30_000,
    // A test that boots a world reads the whole product: what was transformed once is read from the disk.
    experimental: { fsModuleCache: true },
  },
});
