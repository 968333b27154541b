import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { onTestFinished } from "vitest";
import { root } from "../../src/build/paths.mjs";

/** The program as users start it. */
export const mqtkBin = path.join(root, "bin/mqtk.js");

export interface MqtkOptions {
  /** Added to an environment that has no MQTK_… variables and no colours. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** What stdin holds; without it stdin is empty. "open": the test writes with `mqtk.child.stdin`. */
  readonly input?: string | Uint8Array | "open";
}

/** How a run ended. */
export interface MqtkResult {
  /** The exit code; undefined where a signal ended the process. */
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout as bytes, for payloads that are no text. */
  readonly stdoutBytes: Buffer;
}

/** mqtk as a child process that is still running. */
export interface RunningMqtk {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What came so far. */
  readonly stdout: string;
  readonly stderr: string;
  /** How it ended, once it has. */
  readonly ended: Promise<MqtkResult>;
  /** Resolves with the match once stdout (or stderr) holds it; rejects where the process ends before. */
  waitFor(pattern: RegExp, stream?: "stdout" | "stderr"): Promise<RegExpExecArray>;
  /** Sends a signal to this process (by its pid) and waits for its end. */
  stop(signal?: NodeJS.Signals): Promise<MqtkResult>;
}

/** Runs mqtk to its end. */
export function runMqtk(words: readonly string[], options: MqtkOptions = {}): Promise<MqtkResult> {
  return startMqtk(words, options).ended;
}

/** Starts mqtk; it is killed when the test is over, whatever happened to the test. */
export function startMqtk(words: readonly string[], options: MqtkOptions = {}): RunningMqtk {
  const { input, cwd } = options;
  const child = spawn(process.execPath, [mqtkBin, ...words], {
    env: { ...cleanEnvironment(), ...options.env },
    ...(cwd === undefined ? {} : { cwd }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  // A process that ends before it has read everything is what some tests are about.
  child.stdin.on("error", () => {});
  if (input !== "open") child.stdin.end(input ?? "");

  const collected: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  const watchers = new Set<() => void>();
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].on("data", (chunk: Buffer) => {
      collected[stream].push(chunk);
      for (const watch of watchers) watch();
    });
  }
  const textOf = (stream: "stdout" | "stderr"): string => Buffer.concat(collected[stream]).toString("utf8");
  const ended = once(child, "close").then(([code, signal]): MqtkResult => {
    const stdoutBytes = Buffer.concat(collected.stdout);
    const stdout = stdoutBytes.toString("utf8");
    return { code: code ?? undefined, signal: signal ?? undefined, stdout, stderr: textOf("stderr"), stdoutBytes };
  });

  return {
    child,
    pid: child.pid as number,
    get stdout() {
      return textOf("stdout");
    },
    get stderr() {
      return textOf("stderr");
    },
    ended,
    waitFor: (pattern, stream = "stdout") =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const found = pattern.exec(textOf(stream));
          if (!found) return;
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        ended.then((result) => {
          watchers.delete(watch);
          const output = `stdout: ${result.stdout}\nstderr: ${result.stderr}`;
          reject(new Error(`mqtk ended with ${result.code ?? result.signal} before ${pattern} came\n${output}`));
        });
        watch();
      }),
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}

/** A broker in a process of its own, on a free port of this machine. */
export interface BrokerProcess extends RunningMqtk {
  readonly url: string;
  readonly port: number;
  /** Of all its listeners, the first included. */
  readonly listeners: readonly string[];
}

/** Starts `mqtk broker -p 0` with further options and waits until it listens. */
export function startBroker(words: readonly string[] = [], options: MqtkOptions = {}): Promise<BrokerProcess> {
  return startListening(["-p", "0", ...words], options);
}

/** Starts `mqtk broker` where the options say so, and waits until it listens. */
export async function startListening(words: readonly string[], options: MqtkOptions = {}): Promise<BrokerProcess> {
  const running = startMqtk(["broker", "--ready-json", "-", ...words], options);
  const [line] = await running.waitFor(/\{.*\}\n/);
  const { url, port, listeners } = JSON.parse(line) as Pick<BrokerProcess, "url" | "port" | "listeners">;
  return Object.assign(running, { url, port, listeners });
}

function cleanEnvironment(): Record<string, string | undefined> {
  const environment: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^(MQTK_|NODE_EXTRA_CA_CERTS$|FORCE_COLOR$|VITEST)/.test(name)) environment[name] = value;
  }
  return { ...environment, NO_COLOR: "1" };
}
