import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Readable, type Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { mqtkBin, startBroker, startMqtk } from "../support/run-mqtk.ts";

/** `LINES=1000000 npm test -- pipeline` runs the number that the README's benchmark has. */
const LINES = Number(process.env["LINES"] ?? 20_000);
const MEGABYTE = 1024 * 1024;

/** The most memory that a process has had so far, in bytes; undefined where the system does not tell. */
function peakMemory(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/** Lines that begin with their number, in chunks as a fast program writes them. */
function* numberedLines(count: number, length: number): Generator<string> {
  for (let from = 0; from < count; from += 1000) {
    const numbers = Array.from({ length: Math.min(1000, count - from) }, (_, index) => from + index);
    yield `${numbers.map((number) => `${number} `.padEnd(length, "abcdefghij")).join("\n")}\n`;
  }
}

function digest(chunks: Iterable<string | Buffer>): string {
  const hash = createHash("sha1");
  for (const chunk of chunks) {
    hash.update(chunk);
  }
  return hash.digest("hex");
}

test.each([0, 1, 2])(
  `${LINES} lines through pub -l, the broker and sub -C at QoS %i: each once, in order, in flat memory`,
  async (qos) => {
    const broker = await startBroker();
    const way = ["-p", `${broker.port}`, "-t", "lines", "-q", `${qos}`];
    const sub = startMqtk(["sub", ...way, "-C", `${LINES}`]);
    await broker.waitFor(/subscribed to lines/, "stderr");
    const pub = startMqtk(["pub", ...way, "-l"], { input: "open" });
    const peaks: number[] = [];
    const measure = (): void => {
      const now = [broker.pid, sub.pid, pub.pid].map((pid) => peakMemory(pid) ?? 0);
      peaks.push(...now);
    };
    const watch = setInterval(measure, 100);
    onTestFinished(() => clearInterval(watch));
    Readable.from(numberedLines(LINES, 40), { objectMode: true, highWaterMark: 4 }).pipe(pub.child.stdin as Writable);
    expect(await pub.ended).toMatchObject({ code: 0, stderr: "" });
    const { code, stdoutBytes, stderr } = await sub.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(digest([stdoutBytes])).toBe(digest(numberedLines(LINES, 40)));
    measure();
    expect(Math.max(...peaks)).toBeLessThan(200 * MEGABYTE);
    expect((await broker.stop()).stderr).not.toContain("did not get");
  },
  60_000 + LINES / 10,
);

test.each([0, 1])(
  "a reader that stands still does not make memory grow, at QoS %i",
  async (qos) => {
    const broker = await startBroker();
    const way = ["-p", `${broker.port}`, "-t", "lines", "-q", `${qos}`];
    const sub = spawn(process.execPath, [mqtkBin, "sub", ...way], { stdio: ["ignore", "pipe", "ignore"] });
    onTestFinished(() => {
      sub.kill("SIGKILL");
    });
    await broker.waitFor(/subscribed to lines/, "stderr");
    // Nobody reads what sub prints. When the pipe is full it stops reading, the broker stops reading from pub, and pub
    // stops reading these lines; after two seconds the broker gives up on sub, and pub can finish.
    const pub = startMqtk(["pub", ...way, "-l"], { input: "open" });
    const lines = Readable.from(numberedLines(200_000, 1000), { objectMode: true, highWaterMark: 4 });
    const peaks = new Map<string, number>();
    const watch = setInterval(() => {
      for (const [name, pid] of Object.entries({ broker: broker.pid, sub: sub.pid as number, pub: pub.pid })) {
        peaks.set(name, Math.max(peaks.get(name) ?? 0, peakMemory(pid) ?? 0));
      }
    }, 100);
    onTestFinished(() => clearInterval(watch));
    lines.pipe(pub.child.stdin as Writable);
    expect(await pub.ended).toMatchObject({ code: 0 });
    for (const [name, peak] of peaks) {
      expect(peak, name).toBeLessThan(200 * MEGABYTE);
    }
    await broker.waitFor(/did not get \d+ messages: (slow|queue-full)/, "stderr");
    // Read again, it comes to its end with what was kept for it.
    let length = 0;
    sub.stdout.on("data", (chunk: Buffer) => {
      length += chunk.length;
    });
    sub.kill("SIGINT");
    const [code] = await once(sub, "close");
    expect(code).toBe(0);
    expect(length).toBeGreaterThan(64 * 1024);
  },
  60_000,
);
