import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { MqtkError } from "../../../errors.ts";
import { type Address, parseAddress } from "../../../transport/index.ts";
import { pinned } from "./cpus.ts";

/** How long the broker may take to stop, in milliseconds. */
const GRACE = 3000;

/** A broker in a process of its own, so that it does not share a core with the load. */
export interface EmbeddedBroker {
  readonly address: Address;
  readonly pid: number;
  /** Stops it, and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Lets the broker stop when its stdin ends, which the system sees to however we end, SIGKILL included.
 * Loaded into the broker's process before its own code.
 */
const STOP_WITH_PARENT = `data:text/javascript,${encodeURIComponent(
  'process.stdin.on("end", () => process.kill(process.pid, "SIGTERM")).resume().unref?.();',
)}`;

/** Starts `mqtk broker` on a free port and on these cores (null: any); `mqtk` is the path of the program. */
export async function startEmbeddedBroker(mqtk: string, cpus: string | null): Promise<EmbeddedBroker> {
  const args = ["--import", STOP_WITH_PARENT, mqtk, "broker", "-p", "0", "--ready-json", "-", "--quiet"];
  const child = spawn(...pinned(cpus, process.execPath, args), {
    stdio: ["pipe", "pipe", "inherit"],
    // Ctrl-C is for us alone: the broker is needed until the clients have said goodbye.
    detached: true,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("MQTK_"))),
  });
  const exited = once(child, "exit");
  exited.catch(() => {});
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  try {
    const { url } = JSON.parse(await firstLine(child)) as { url: string };
    return {
      address: parseAddress(url).address,
      pid: child.pid as number,
      stop: async () => {
        const timer = setTimeout(kill, GRACE);
        child.kill("SIGTERM");
        await exited;
        clearTimeout(timer);
        process.off("exit", kill);
      },
    };
  } catch (error) {
    kill();
    throw error;
  }
}

async function firstLine({ stdout, exitCode }: ChildProcess): Promise<string> {
  if (stdout !== null && exitCode === null) {
    for await (const line of createInterface(stdout)) return line;
  }
  throw new MqtkError("unreachable", "the embedded broker ended before it was ready");
}
