import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { manifest, root } from "../src/build/paths.mjs";

// `npm test` runs *.test.ts; `npm run test:long` (mode "long") runs what takes minutes, *.long.ts.
export default defineConfig(({ mode }) => {
  const kind = mode === "long" ? "long" : "test";
  return {
    root,
    define: { MQTK_VERSION: JSON.stringify(manifest.version) },
    test: {
      testTimeout: kind === "long" ? 600_000 : 60_000, // far more than they take: the machine may be busy
      hookTimeout: 60_000,
      expect: { poll: { timeout: 20_000 } },
      maxWorkers: availableParallelism(), // by default one less; most tests wait more than they compute
      reporters: process.env["CI"] ? ["default", "./test/support/ci-reporter.ts"] : ["default"],
      projects: [
        {
          extends: true,
          // One world for all files: they leave nothing behind, and half of the time went into loading the same modules.
          test: { name: "unit", include: [`test/unit/**/*.${kind}.ts`], isolate: false, sequence: { groupOrder: 0 } },
        },
        {
          extends: true,
          // Most of its tests wait for a deadline of the protocol, side by side.
          test: {
            name: "conformance",
            include: [`test/conformance/**/*.${kind}.ts`],
            pool: "threads",
            maxConcurrency: 50,
            sequence: { groupOrder: 0 },
          },
        },
        {
          extends: true,
          test: { name: "model", include: [`test/model/**/*.${kind}.ts`], sequence: { groupOrder: 0 } },
        },
        {
          extends: true,
          test: {
            name: "e2e",
            include: [`test/**/*.${kind}.ts`],
            exclude: ["test/unit/**", "test/conformance/**", "test/model/**"],
            globalSetup: "./test/support/build-program.ts",
            sequence: { groupOrder: 1 },
          },
        },
      ],
    },
  };
});
