// npm runs this after an installation. Without development dependencies (`npm ci --omit=dev`) there is nothing to build
// with, and what is in dist/ is used as it is.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

let canBuild = existsSync(new URL("../cli/main.ts", import.meta.url));
try {
  createRequire(import.meta.url).resolve("esbuild");
} catch {
  canBuild = false;
}
if (canBuild) {
  const { buildProgram } = await import("./build.mjs");
  await buildProgram();
}
