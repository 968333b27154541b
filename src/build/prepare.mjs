// npm runs this after an installation. Without development dependencies (`npm ci --omit=dev`) there is nothing to build
// with, and what is in dist/ is used as it is.
import { createRequire } from "node:module";

let canBuild = true;
try {
  createRequire(import.meta.url).resolve("esbuild");
} catch {
  canBuild = false;
}
if (canBuild) await import("./build.mjs");
