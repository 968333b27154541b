import { expect, test } from "vitest";
import { MemoryBudget } from "../../../../src/broker/sessions/memory-budget.ts";
import { MemoryWatch } from "../../../../src/broker/status/memory-watch.ts";
import { messageOf } from "../../../support/messages.ts";

class Sink {
  isAbandoned = false;
  bytesPending: number;

  constructor(bytesPending: number) {
    this.bytesPending = bytesPending;
  }

  abandon(): void {
    this.isAbandoned = true;
  }
}

test("a message that many wait for is there once", () => {
  const memory = new MemoryBudget(10_000);
  const message = messageOf("t", Buffer.alloc(5000));
  memory.hold(message);
  const once = memory.bytesKept;
  expect(once).toBeGreaterThan(5000);
  memory.hold(message);
  expect(memory.bytesKept).toBeLessThan(once + 1000);
  memory.release(message);
  expect(memory.bytesKept).toBe(once);
  memory.release(message);
  expect(memory.bytesKept).toBe(0);
});

test("when everything together is too much, those who have most of it go, and no more of them than necessary", () => {
  const memory = new MemoryBudget(1000);
  const sinks = [100, 500, 700, 0, 300].map((pending) => new Sink(pending));
  const watch = new MemoryWatch(sinks, memory);
  watch.sweep();
  expect(sinks.map(({ isAbandoned }) => isAbandoned)).toEqual([false, false, true, false, false]);
  expect(memory.isExhausted).toBe(false);
  for (const sink of sinks) sink.bytesPending = 200;
  watch.sweep();
  expect(memory.outgoing).toBe(1000);
  expect(sinks.filter(({ isAbandoned }) => isAbandoned)).toHaveLength(1);
});
