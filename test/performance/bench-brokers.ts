import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { peer } from "../support/peers.ts";

/** A broker in a process of its own, on the first CPU. */
export interface RunningBroker {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface BenchBroker {
  readonly name: string;
  start(): Promise<RunningBroker>;
}

const hasTaskset = spawnSync("taskset", ["--version"]).status === 0;

/** A command that runs on this CPU, where the system can do that. */
export function pinned(cpu: number, command: string, args: readonly string[]): [string, string[]] {
  return hasTaskset ? ["taskset", ["-c", `${cpu}`, command, ...args]] : [command, [...args]];
}

/** NODE_EXTRA_CA_CERTS makes each start slower; what others set for Node.js is not part of the comparison either. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...environment } = process.env;
  return environment;
}

export const mqtk: BenchBroker = {
  name: "mqtk",
  start: () => startNode(path.resolve("bin/mqtk.js"), ["broker", "-p", "0", "--quiet", "--ready-json", "-"]),
};

/** With room for a million of what is limited otherwise. */
export const mqtkAtScale: BenchBroker = {
  name: "mqtk",
  start: () =>
    startNode(path.resolve("bin/mqtk.js"), [
      ...["broker", "-p", "0", "--quiet", "--ready-json", "-"],
      ...["--max-retained", "2000000", "--max-subscriptions", "2000000"],
    ]),
};

export const aedes: BenchBroker = {
  name: "aedes",
  start: () => startNode(process.argv[1] as string, ["aedes"]),
};

/** mosquitto without limits on what waits, with Nagle's algorithm off and on. It is often faster with it. */
export function mosquittos(): BenchBroker[] {
  const program = peer("mosquitto");
  if (program === undefined) {
    return [];
  }
  return [true, false].map((nodelay) => ({
    name: nodelay ? "mosquitto, nodelay" : "mosquitto, Nagle",
    start: () => startMosquitto(program, nodelay),
  }));
}

/** The role of this program that is aedes: tells its port as JSON. */
export async function runAedes(): Promise<void> {
  const { Aedes } = await import("aedes");
  const broker = await Aedes.createBroker({ concurrency: 1000 });
  const server = createServer({ noDelay: true }, broker.handle);
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as { port: number };
    process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`);
  });
}

async function startNode(file: string, args: readonly string[]): Promise<RunningBroker> {
  const [command, words] = pinned(0, process.execPath, [file, ...args]);
  const child = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"], env: plainEnvironment() });
  const [line] = await Promise.race([
    once(createInterface(child.stdout), "line"),
    once(child, "exit").then(() => Promise.reject(new Error(`${file} ended`))),
  ]);
  const { port, pid } = JSON.parse(line) as { port: number; pid: number };
  return { port, pid, stop: () => stopped(child) };
}

async function startMosquitto(program: string, nodelay: boolean): Promise<RunningBroker> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-bench-"));
  const configuration = path.join(folder, "mosquitto.conf");
  writeFileSync(
    configuration,
    [
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      "max_queued_messages 0",
      "max_inflight_messages 0",
      `set_tcp_nodelay ${nodelay}`,
      "",
    ].join("\n"),
  );
  const [command, words] = pinned(0, program, ["-c", configuration]);
  const child = spawn(command, words, { stdio: ["ignore", "ignore", "pipe"] });
  await new Promise<void>((resolve, reject) => {
    child.stderr.on("data", (text: Buffer) => text.includes("running") && resolve());
    child.once("exit", () => reject(new Error("mosquitto ended")));
  });
  const stop = async (): Promise<void> => {
    await stopped(child);
    rmSync(folder, { recursive: true });
  };
  // taskset becomes the program: the process id is that of the broker.
  return { port, pid: child.pid as number, stop };
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
