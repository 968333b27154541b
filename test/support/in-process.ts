import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { commands } from "../../src/cli/commands.ts";
import { runProgram } from "../../src/cli/program.ts";
import { Client, type ReceivedMessage } from "../../src/client/index.ts";
import { type MemoryTerminal, memoryTerminal } from "./memory-terminal.ts";
import { RunningBroker } from "./running-broker.ts";

type Seen = Pick<ReceivedMessage, "topic" | "qos" | "retain" | "properties"> & {
  readonly payload: Buffer;
  /** When it came, in milliseconds. */
  readonly at: number;
};

/** How a command ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in this process: quicker than a child process, and the test can look at what it does. */
export interface RunningCommand extends MemoryTerminal {
  readonly ended: Promise<Ended>;
}

/** Starts `mqtk` with these words in this process. */
function startInProcess(words: readonly string[], options: Parameters<typeof memoryTerminal>[0] = {}): RunningCommand {
  const memory = memoryTerminal(options);
  const ended = runProgram(words, commands, memory.terminal).then(async (code) => ({
    code,
    stdout: await memory.stdout(),
    stderr: await memory.stderr(),
  }));
  return { ...memory, ended };
}

/** The whole program in this process, on a terminal in memory, to its end. */
export function mqtk(words: readonly string[], options: Parameters<typeof memoryTerminal>[0] = {}): Promise<Ended> {
  return startInProcess(words, options).ended;
}

/** `mqtk broker` in this process, on a free port; `stop` interrupts it, and gives what it printed. */
export async function startBrokerInProcess(
  words: readonly string[] = [],
  options: Parameters<typeof memoryTerminal>[0] = {},
) {
  const broker = startInProcess(["broker", "-p", "0", "--ready-json", "-", ...words], options);
  let isStopped = false;
  const stop = (): Promise<Ended> => {
    if (!isStopped) broker.interrupt();
    isStopped = true;
    return broker.ended;
  };
  onTestFinished(async () => {
    await stop();
  });
  const [line] = await broker.waitFor(/\{.*\}\n/);
  const { port } = JSON.parse(line) as { readonly port: number };
  return { port, stop, waitFor: broker.waitFor };
}

/** A folder that goes when the test does. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A broker in this process, and a subscriber that sees everything. */
export class Witness {
  readonly seen: Seen[] = [];
  private waiting: (() => void)[] = [];
  readonly broker: RunningBroker;
  readonly client: Client;

  private constructor(broker: RunningBroker, client: Client) {
    this.broker = broker;
    this.client = client;
  }

  static async start(): Promise<Witness> {
    const broker = await RunningBroker.start();
    let witness: Witness | undefined;
    const client = await Client.connect(
      {
        address: { scheme: "mqtt", host: broker.at.host, port: broker.at.port, path: "" },
        protocolVersion: 5,
        clientId: "witness",
        cleanStart: true,
        keepAlive: 0,
        connectTimeout: 5000,
      },
      { onMessage: (message) => witness?.take(message) },
    );
    witness = new Witness(broker, client);
    await client.subscribe([{ filter: "#", qos: 2, noLocal: true, retainAsPublished: true, retainHandling: 2 }]);
    onTestFinished(() => client.destroy());
    return witness;
  }

  /** The options that lead to the broker. */
  get address(): string[] {
    return ["-h", this.broker.at.host, "-p", String(this.broker.at.port)];
  }

  /** Runs `mqtk COMMAND` against the broker to its end. */
  run(words: readonly string[], options: Parameters<typeof memoryTerminal>[0] = {}): Promise<Ended> {
    return this.start(words, options).ended;
  }

  start([command, ...words]: readonly string[], options: Parameters<typeof memoryTerminal>[0] = {}): RunningCommand {
    return startInProcess([command as string, ...this.address, ...words], options);
  }

  /** "topic=payload" of so many messages, once they are in. */
  async texts(count: number): Promise<string[]> {
    await this.saw(count);
    return this.seen.map(({ topic, payload }) => `${topic}=${payload}`);
  }

  /** Waits until so many messages are in; the test's own deadline ends the wait. */
  async saw(count: number): Promise<readonly Seen[]> {
    while (this.seen.length < count) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this.seen;
  }

  private take({ topic, payload, qos, retain, properties }: ReceivedMessage): void {
    this.seen.push({ topic, payload: Buffer.from(payload), qos, retain, properties, at: performance.now() });
    for (const wake of this.waiting.splice(0)) wake();
  }
}
