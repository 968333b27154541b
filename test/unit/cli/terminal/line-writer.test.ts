import { Writable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineWriter } from "../../../../src/cli/terminal/line-writer.ts";
import { MemorySink } from "../../../support/memory-terminal.ts";

/** Takes nothing until the test says so. */
class SlowSink extends Writable {
  readonly taken: Buffer[] = [];
  #release: (() => void) | undefined;

  constructor() {
    super({ highWaterMark: 1000 });
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(Buffer.from(chunk));
    this.#release = done;
  }

  release(): void {
    const done = this.#release;
    this.#release = undefined;
    done?.();
  }
}

const before = Buffer.from("before");

test("everything arrives, in order, whatever the sizes are", async () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 50 }),
    fc.uint8Array({ maxLength: 50 }),
    fc.constantFrom(10_000, 65_536, 65_537, 200_000).map((length) => Buffer.alloc(length, length % 251)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const sink = new MemorySink();
      const writer = new LineWriter(sink);
      for (const [index, next] of pieces.entries()) {
        if (typeof next === "string") writer.text(next);
        else if (index % 2 === 0) writer.bytes(next);
        else writer.bytes(Buffer.concat([before, next]), before.length, before.length + next.length);
        writer.newline();
        if (index % 7 === 6) await setImmediate();
      }
      await writer.flushed();
      const expected = pieces.flatMap((next) => [Buffer.from(next as string), Buffer.from("\n")]);
      expect(sink.bytes.equals(Buffer.concat(expected))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test("bytes may be reused by the caller at once", async () => {
  const sink = new SlowSink();
  const writer = new LineWriter(sink);
  const small = Buffer.from("abc");
  const large = Buffer.alloc(100_000, "x");
  writer.bytes(small);
  writer.bytes(large);
  small.fill("!");
  large.fill("!");
  const flushed = writer.flushed();
  while (writer.isFull) {
    sink.release();
    await setImmediate();
  }
  await flushed;
  expect(Buffer.concat(sink.taken).toString()).toBe(`abc${"x".repeat(100_000)}`);
});

test("one write per turn", async () => {
  const sink = new MemorySink();
  let writes = 0;
  const write = sink._write;
  sink._write = function (...args) {
    writes++;
    write.apply(this, args);
  };
  const writer = new LineWriter(sink);
  for (let index = 0; index < 1000; index++) writer.text("line\n");
  expect(writes).toBe(0);
  await setImmediate();
  expect(writes).toBe(1);
  expect(sink.bytes.length).toBe(5000);
});

test("a slow reader makes it full, and onDrain tells when there is room again", async () => {
  const sink = new SlowSink();
  const writer = new LineWriter(sink);
  let drained = 0;
  writer.onDrain = () => drained++;
  writer.text("x".repeat(2000));
  expect(writer.isFull).toBe(false);
  await setImmediate();
  expect(writer.isFull).toBe(true);
  sink.release();
  await setImmediate();
  expect(writer.isFull).toBe(false);
  expect(drained).toBe(1);
});

describe("a reader that went away", () => {
  test("ends nothing: what is written is dropped, and onClosed tells once", async () => {
    const sink = new SlowSink();
    const writer = new LineWriter(sink);
    let closed = 0;
    writer.onClosed = () => closed++;
    writer.text("lost");
    const flushed = writer.flushed();
    sink.destroy(Object.assign(new Error("write EPIPE"), { code: "EPIPE" }));
    await flushed;
    expect(closed).toBe(1);
    expect(writer.isClosed).toBe(true);
    writer.text("more");
    writer.bytes(Buffer.alloc(100_000));
    writer.newline();
    await writer.flushed();
    expect(sink.taken.length).toBe(1);
  });

  test("any other failure is told to who waits", async () => {
    const sink = new SlowSink();
    const writer = new LineWriter(sink);
    writer.text("lost");
    const flushed = writer.flushed();
    sink.destroy(Object.assign(new Error("write ENOSPC"), { code: "ENOSPC" }));
    await expect(flushed).rejects.toThrow("ENOSPC");
    await expect(writer.flushed()).rejects.toThrow("ENOSPC");
  });
});

test("nothing written, nothing to wait for", async () => {
  await new LineWriter(new SlowSink()).flushed();
});
