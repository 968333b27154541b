/**
 * How fast one client publishes and receives, on one core: `npm run bench:client [-- --port PORT]`. First the library,
 * then `mqtk pub` and `sub` as whole processes beside mosquitto's clients, where they are installed, and at last what
 * `mqtk bench` takes to make and check its load.
 *
 * The other end is a process of its own on another core, which does as little as possible. With `--port` it is a server
 * of yours instead (for the publishing rows of the library). Where `taskset` exists, client and server are pinned.
 * ONLY=bench measures `mqtk bench` alone. ROW=… measures the rows whose name has this in it; SECONDS, LINES and ROUNDS say how long.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Client, type ClientHandlers, type ClientOptions, type OutgoingMessage } from "../../src/client/index.ts";
import { ProtocolVersion, type QoS } from "../../src/codec/index.ts";
import { pinned } from "./bench-brokers.ts";
import { startPeer } from "./client-bench-peer.ts";
import { benchCommands } from "./client-commands.ts";
import { benchLoadGenerator } from "./load-generator.ts";

const SECONDS = Number(process.env["SECONDS"] ?? 2);
const WINDOW = 100;
const SUBSCRIPTION = {
  filter: "bench/#",
  qos: 1,
  noLocal: false,
  retainAsPublished: false,
  retainHandling: 0,
} as const;

interface Row {
  readonly name: string;
  /** Messages per second on one core. */
  readonly goal: number;
  run(port: number): Promise<Measurement>;
}

interface Measurement {
  readonly perSecond: number;
  /** What a core that did nothing else would reach: this is what compares well between runs. */
  readonly perCpuSecond: number;
}

const rows: readonly Row[] = [
  { name: "publish QoS 0", goal: 2e6, run: (port) => publish(port, 0, {}) },
  {
    name: "publish QoS 0, MQTT 5",
    goal: 2e6,
    run: (port) => publish(port, 0, { protocolVersion: ProtocolVersion.V5_0 }),
  },
  { name: "publish QoS 0, 10 topics in turn", goal: 2e6, run: (port) => publish(port, 0, {}, { topics: 10 }) },
  { name: "publish QoS 0, 1 KiB", goal: 500e3, run: (port) => publish(port, 0, {}, { size: 1024 }) },
  { name: `publish QoS 1, window ${WINDOW}`, goal: 400e3, run: (port) => publish(port, 1, {}) },
  {
    name: `publish QoS 1, window ${WINDOW}, able to reconnect`,
    goal: 400e3,
    run: (port) => publish(port, 1, { reconnect: {} }),
  },
  { name: "publish QoS 1, window 1000", goal: 400e3, run: (port) => publish(port, 1, { maximumInFlight: 1000 }) },
  { name: "await publish(), QoS 1, 100 at a time", goal: 100e3, run: publishAwaited },
  { name: "receive QoS 0", goal: 3e6, run: (port) => receive(port, "source/0") },
  {
    name: "receive QoS 0, MQTT 5",
    goal: 3e6,
    run: (port) => receive(port, "source/0", { protocolVersion: ProtocolVersion.V5_0 }),
  },
  { name: "receive QoS 1", goal: 1e6, run: (port) => receive(port, "source/1") },
];

function optionsFor(port: number, changes: Partial<ClientOptions>): ClientOptions {
  return {
    address: { scheme: "mqtt", host: "127.0.0.1", port, path: "" },
    protocolVersion: ProtocolVersion.V3_1_1,
    clientId: "bench",
    cleanStart: true,
    keepAlive: 60,
    connectTimeout: 5000,
    maximumInFlight: WINDOW,
    ...changes,
  };
}

/** Messages per second, as fast as `tryPublish` takes them. */
async function publish(
  port: number,
  qos: QoS,
  changes: Partial<ClientOptions>,
  { topics = 1, size = 16 } = {},
): Promise<Measurement> {
  const messages: OutgoingMessage[] = Array.from({ length: topics }, (_, index) => ({
    topic: `bench/p/0000${index}`,
    payload: Buffer.alloc(size, 7),
    qos,
    retain: false,
  }));
  let count = 0;
  let acknowledged = 0;
  let isOver = false;
  const fill = (): void => {
    while (!isOver && client.tryPublish(messages[count % topics] as OutgoingMessage)) count += 1;
  };
  const handlers: ClientHandlers = {
    onReady: fill,
    onPublished: () => {
      acknowledged += 1;
    },
  };
  const client = await Client.connect(optionsFor(port, changes), handlers);
  fill();
  return measured(
    () => (qos === 0 ? count : acknowledged),
    async () => {
      isOver = true;
      await client.end();
    },
  );
}

async function publishAwaited(port: number): Promise<Measurement> {
  const client = await Client.connect(optionsFor(port, {}));
  const message: OutgoingMessage = { topic: "bench/p/00000", payload: Buffer.alloc(16), qos: 1, retain: false };
  let count = 0;
  let isOver = false;
  const loop = async (): Promise<void> => {
    while (!isOver) {
      await client.publish(message);
      count += 1;
    }
  };
  const loops = Array.from({ length: WINDOW }, loop);
  return measured(
    () => count,
    async () => {
      isOver = true;
      await Promise.all(loops);
      await client.end();
    },
  );
}

/** What a subscriber does at least: topic and payload are looked at. */
async function receive(port: number, clientId: string, changes: Partial<ClientOptions> = {}): Promise<Measurement> {
  let count = 0;
  let bytes = 0;
  const client = await Client.connect(optionsFor(port, { clientId, ...changes }), {
    onMessage: (message) => {
      if (message.topic === "bench/p/00000") bytes += message.payload.length;
      count += 1;
    },
  });
  await client.subscribe([SUBSCRIPTION]);
  return measured(
    () => count,
    async () => {
      if (bytes !== count * 16) throw new Error(`${bytes} bytes in ${count} messages`);
      client.destroy();
    },
  );
}

/** The rates over `SECONDS`, after a warm-up. */
async function measured(count: () => number, stop: () => Promise<void>): Promise<Measurement> {
  await sleep(500);
  const from = count();
  const started = performance.now();
  const cpuBefore = process.cpuUsage();
  await sleep(SECONDS * 1000);
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const messages = count() - from;
  await stop();
  return { perSecond: messages / seconds, perCpuSecond: messages / ((user + system) / 1e6) };
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function pinnedSelf(cpu: number, ...args: string[]): [string, string[]] {
  return pinned(cpu, process.execPath, [process.argv[1] as string, ...args]);
}

/** `canSend`: the server is our peer, which also sends messages. */
async function benchLibrary(port: number, canSend: boolean): Promise<void> {
  console.log(
    `${"messages per second".padEnd(46)}${["measured", "per CPU s", "goal"].map((head) => head.padStart(10)).join("")}`,
  );
  for (const row of rows) {
    if (!row.name.includes(process.env["ROW"] ?? "")) continue;
    if (!canSend && row.name.startsWith("receive")) continue;
    const { perSecond, perCpuSecond } = await row.run(port);
    const columns = [perSecond, perCpuSecond, row.goal].map((rate) => `${(rate / 1e6).toFixed(2)} M`.padStart(10));
    console.log(`${row.name.padEnd(46)}${columns.join("")}${perCpuSecond < row.goal ? "  missed" : ""}`);
  }
}

async function main(): Promise<void> {
  const [role, ...args] = process.argv.slice(2);
  if (role === "peer") {
    startPeer((port) => process.stdout.write(`${port}\n`));
    return;
  }
  if (role === "client") {
    await benchLibrary(Number(args[0]), args[1] === "and source");
    return;
  }
  const runLibrary = async (...words: string[]): Promise<void> => {
    const [command, commandArgs] = pinnedSelf(0, "client", ...words);
    const [status] = await once(spawn(command, commandArgs, { stdio: "inherit" }), "exit");
    process.exitCode = Number(status);
  };
  if (role === "--port") return runLibrary(`${args[0]}`);
  const [command, commandArgs] = pinnedSelf(1, "peer");
  const server = spawn(command, commandArgs, { stdio: ["ignore", "pipe", "inherit"] });
  const [output] = await once(server.stdout, "data");
  if (process.env["ONLY"] !== "bench") await runLibrary(`${Number(output)}`, "and source");
  if (process.env["ONLY"] !== "bench") await benchCommands(Number(output));
  await benchLoadGenerator(Number(output));
  server.kill();
}

void main();
