/** The tests that drive a real browser against a real server: `npm run e2e`. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["e2e/**/*.e2e.ts"],
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // As patient as the browser is with what it looks for.
    expect: { poll: { timeout: 10_000 } },
  },
});
