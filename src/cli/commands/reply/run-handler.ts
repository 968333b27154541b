import { isUtf8 } from "node:buffer";
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { Request } from "./request.ts";

export interface HandlerLimits {
  /** In milliseconds. */
  readonly timeout: number;
  /** In bytes. */
  readonly maxOutput: number;
}

/** How a command ended. */
export interface HandlerResult {
  readonly output: Buffer;
  /** Undefined: it did what it should. */
  readonly problem: string | undefined;
  /** What it said about that, shortened. */
  readonly complaint: string;
}

/** After SIGTERM, so much time until SIGKILL, in milliseconds. */
const GRACE = 1000;
const LONGEST_COMPLAINT = 16 * 1024;
/** Longer values do not fit where a process keeps its environment. */
const LONGEST_VARIABLE = 32 * 1024;
const onWindows = process.platform === "win32";

/**
 * Runs a command for a request, without a shell: the payload on stdin, everything else in the environment. Never rejects.
 * `stopped` ends it early. The command is a process group of its own, so that what it started ends with it.
 */
export function runHandler(
  [command = "", ...args]: readonly string[],
  request: Request,
  { timeout, maxOutput }: HandlerLimits,
  stopped: AbortSignal,
): Promise<HandlerResult> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...variablesFrom(request) };
    let child: ChildProcess;
    try {
      child = spawn(command, args, { env, detached: !onWindows, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
    } catch (error) {
      resolve({ output: Buffer.alloc(0), problem: cannotRun(error), complaint: "" });
      return;
    }
    const output: Buffer[] = [];
    const complaint: Buffer[] = [];
    let problem: string | undefined;
    let killTimer: NodeJS.Timeout | undefined;
    const stop = (reason: string): void => {
      if (problem !== undefined) return;
      problem = reason;
      signalAll(child, "SIGTERM");
      killTimer = setTimeout(() => signalAll(child, "SIGKILL"), GRACE);
    };
    const onStopped = (): void => stop("it was stopped");
    const timer = setTimeout(() => stop(`it took longer than ${timeout / 1000} s`), timeout);
    stopped.addEventListener("abort", onStopped);
    collect(child.stdout, output, maxOutput, () => stop(`it printed more than ${maxOutput} bytes`));
    collect(child.stderr, complaint, LONGEST_COMPLAINT, () => {});
    // Commands need not read their input.
    child.stdin?.on("error", () => {});
    child.stdin?.end(request.payload);
    const finish = (last: string | undefined): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      stopped.removeEventListener("abort", onStopped);
      problem ??= last;
      const said = Buffer.concat(complaint).toString("utf8").trimEnd();
      resolve({ output: problem === undefined ? Buffer.concat(output) : Buffer.alloc(0), problem, complaint: said });
    };
    child.once("error", (error) => finish(cannotRun(error)));
    child.once("close", (code, signal) => {
      // What it left behind in its group could hold nothing of ours any more, but would stay.
      if (problem !== undefined) signalAll(child, "SIGKILL");
      finish(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}

function collect(stream: Readable | null, chunks: Buffer[], limit: number, onMore: () => void): void {
  let length = 0;
  stream?.on("data", (chunk: Buffer) => {
    if (length + chunk.length > limit) onMore();
    const taken = chunk.subarray(0, Math.max(0, limit - length));
    if (taken.length > 0) chunks.push(taken);
    length += chunk.length;
  });
}

function signalAll(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (onWindows) child.kill(signal);
    else process.kill(-pid, signal);
  } catch {
    // It has ended.
  }
}

function cannotRun(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return `it cannot be run: ${code === "ENOENT" ? "there is no such command" : (code ?? message)}`;
}

/** Not MQTK_TOPIC and the like: those are options of the mqtk that a command may run. */
function variablesFrom({ topic, payload, qos, properties }: Request): Record<string, string | undefined> {
  const { responseTopic, contentType, correlationData, userProperties } = properties;
  const variables: Record<string, string | undefined> = {
    TOPIC: topic,
    PAYLOAD: payload.length <= LONGEST_VARIABLE && isUtf8(payload) ? payload.toString("utf8") : undefined,
    QOS: `${qos}`,
    RESPONSE_TOPIC: responseTopic,
    CONTENT_TYPE: contentType,
    CORRELATION_DATA: correlationData && Buffer.from(correlationData).toString("base64"),
    USER_PROPERTIES: userProperties && JSON.stringify(userProperties),
  };
  const fitting = (text: string | undefined): string | undefined =>
    text === undefined || text.includes("\0") || text.length > LONGEST_VARIABLE ? undefined : text;
  return Object.fromEntries(Object.entries(variables).map(([name, text]) => [`MQTK_REQUEST_${name}`, fitting(text)]));
}
