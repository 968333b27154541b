import { Worker } from "node:worker_threads";
import { shared } from "./shared.ts";

export async function main(): Promise<void> {
  const { part } = await import("./part/run.ts");
  console.log(`${part()} ${shared} ${MQTK_VERSION}`);
  new Worker(new URL("./worker.ts", import.meta.url));
}

void main();
