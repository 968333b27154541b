import { buildProgram } from "../../src/build/build-program.mjs";

/** Once per run, before the first end-to-end test: these start the program as users do, from dist/. */
export async function setup(): Promise<void> {
  await buildProgram();
}
