import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, type ClientOptions } from "../../../../client/index.ts";
import { isMqtkError, MqtkError } from "../../../../errors.ts";
import { type Address, listen } from "../../../../transport/index.ts";
import { safeLine } from "../../../terminal/safe-text.ts";
import { pinned } from "../cpus.ts";
import { splitWords } from "./split-words.ts";

/** How long the broker may take to be ready and to stop, and how often it is tried, in milliseconds. */
const START = 20_000;
const GRACE = 3000;
const RETRY = 50;
/** What is kept of what the broker says, for the error when it does not start. */
const TAIL = 4096;

export interface CommandBroker {
  readonly address: Address;
  readonly pid: number;
  /** Stops it, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a broker on a free port and waits until it answers a CONNECT. No shell: the command is cut into words, and
 * `{port}` in them becomes the port. Throws "unreachable" where it ends before, or does not answer in time.
 */
export async function startCommandBroker(
  { name, command }: { readonly name: string; readonly command: string },
  connection: Omit<ClientOptions, "address" | "clientId">,
  {
    signal,
    cpus,
    folder,
  }: { readonly signal: AbortSignal; readonly cpus: string | null; readonly folder?: string | undefined },
): Promise<CommandBroker> {
  const port = await freePort();
  const address: Address = { scheme: "mqtt", host: "127.0.0.1", port, path: "" };
  const [program = "", ...args] = splitWords(command).map((word) => word.replaceAll("{port}", String(port)));
  // A group of its own, so that Ctrl-C is for us alone, and that its children end with it.
  const child = spawn(...pinned(cpus, program, args), {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(folder !== undefined && { cwd: folder }),
  });
  const output = tailOf(child);
  const ended = once(child, "exit").then(
    ([code, killedBy]) => `it ended (${code === null ? killedBy : `exit code ${code}`})`,
    (error: Error) => `it could not be started: ${error.message}`,
  );
  const killAtExit = () => signalGroup(child, "SIGKILL");
  process.on("exit", killAtExit);
  const stop = async () => {
    const timer = setTimeout(() => signalGroup(child, "SIGKILL"), GRACE);
    signalGroup(child, "SIGTERM");
    if (child.pid !== undefined) await ended;
    clearTimeout(timer);
    process.off("exit", killAtExit);
  };
  try {
    const problem = await Promise.race([ended, untilReady(address, connection, signal)]);
    if (problem !== undefined) {
      const said = output();
      throw new MqtkError("unreachable", `${name} is not ready: ${problem}`, {
        hint: said === "" ? `its command was: ${command}` : `it said: ${safeLine(said)}`,
      });
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { address, pid: child.pid as number, stop };
}

/** Undefined once a CONNECT is answered, also with a refusal: the measurement will tell that. */
async function untilReady(
  address: Address,
  connection: Omit<ClientOptions, "address" | "clientId">,
  signal: AbortSignal,
): Promise<string | undefined> {
  const until = performance.now() + START;
  while (performance.now() < until) {
    signal.throwIfAborted();
    try {
      const client = await Client.connect({ ...connection, address, clientId: "mqtkready", connectTimeout: 1000 });
      await client.end();
      return undefined;
    } catch (error) {
      if (isMqtkError(error) && error.code === "refused") return undefined;
      await sleep(RETRY);
    }
  }
  return `no answer on port ${address.port} after ${START / 1000} s`;
}

function signalGroup({ pid, exitCode, signalCode }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // Gone meanwhile.
  }
}

/** Keeps reading, or the broker would stand still when the pipe is full; answers with the last line. */
function tailOf({ stdout, stderr }: ChildProcess): () => string {
  let tail = "";
  for (const stream of [stdout, stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      tail = (tail + text).slice(-TAIL);
    });
  }
  return () => tail.trimEnd().split("\n").at(-1) ?? "";
}

async function freePort(): Promise<number> {
  const listener = await listen({ host: "127.0.0.1", port: 0 }, (stream) => stream.destroy());
  await listener.close();
  return listener.address.port;
}
