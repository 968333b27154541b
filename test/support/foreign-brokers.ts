import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A broker of somebody else, on a free port of this machine; it is gone when the test is over. */
export interface ForeignBroker {
  readonly port: number;
  /** Resolves when so many subscriptions have been made since the start. */
  subscribed(times: number): Promise<void>;
}

/** Debian's mosquitto, without its limits on messages that wait. `program` is where it is. */
export async function startMosquitto(program: string): Promise<ForeignBroker> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-mosquitto-"));
  const file = path.join(folder, "mosquitto.conf");
  writeFileSync(
    file,
    [
      `listener ${port} 127.0.0.1`,
      "allow_anonymous true",
      "max_queued_messages 0",
      "max_inflight_messages 0",
      "log_type all",
      "log_dest stderr",
      "",
    ].join("\n"),
  );
  const child = spawn(program, ["-c", file], { stdio: ["ignore", "ignore", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });
  const log = new Log(child);
  await log.holds(/ running/g, 1);
  return { port, subscribed: (times) => log.holds(/Sending SUBACK/g, times) };
}

/** aedes in the process of the test. */
export async function startAedes(): Promise<ForeignBroker> {
  const { Aedes } = await import("aedes");
  const aedes = await Aedes.createBroker();
  const server = createServer(aedes.handle);
  const { port } = await listening(server);
  let subscriptions = 0;
  let wake = (): void => {};
  aedes.on("subscribe", () => {
    subscriptions += 1;
    wake();
  });
  onTestFinished(async () => {
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    server.close();
  });
  return {
    port,
    subscribed: async (times) => {
      while (subscriptions < times) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** A port that nobody listens on: it was free a moment ago, and the system gives others first. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const { port } = await listening(server);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  return port;
}

function listening(server: Server): Promise<{ port: number }> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve(server.address() as { port: number }));
  });
}

/** What a process writes to stderr. */
class Log {
  private text = "";
  private hasEnded = false;
  private waiting: (() => void)[] = [];

  constructor(child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.text += text;
      this.wake();
    });
    child.once("close", () => {
      this.hasEnded = true;
      this.wake();
    });
  }

  async holds(pattern: RegExp, times: number): Promise<void> {
    while ((this.text.match(pattern) ?? []).length < times) {
      if (this.hasEnded) {
        throw new Error(`the process ended before it said ${pattern}: ${this.text}`);
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private wake(): void {
    for (const wake of this.waiting.splice(0)) {
      wake();
    }
  }
}
