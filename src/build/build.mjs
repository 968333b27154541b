// npm run build
import { buildProgram } from "./build-program.mjs";

try {
  await buildProgram();
} catch (error) {
  console.error(error instanceof Error ? error.message : error); // esbuild's tells file and line
  process.exitCode = 1;
}
