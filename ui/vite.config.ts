/** How the interface is built, served while it is worked on, and unit-tested. */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** The server that `npm run dev` talks to. */
const server = process.env.TENANTRY_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2022",
    // Small files as data: addresses would need more of the content security policy.
    assetsInlineLimit: 0,
    // What counts is the first load as a whole; the end-to-end tests measure it.
    chunkSizeWarningLimit: 700,
  },
  server: {
    proxy: {
      "/api": { target: server, ws: true },
      "/docs": server,
      "/openapi.json": server,
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/testing/setup.ts"],
  },
});
