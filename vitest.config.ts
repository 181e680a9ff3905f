import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['server/**/*.test.ts', 'graders/**/*.test.ts', 'web/**/*.test.ts', 'labs/**/*.test.ts'],
    testTimeout: 30_000,
  },
});
