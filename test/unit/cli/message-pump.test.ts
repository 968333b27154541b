import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { type DueMessage, MessagePump, type PumpClient } from "../../../src/cli/message-pump.ts";
import { MqtkError } from "../../../src/errors.ts";

const message = (topic: string, qos: 0 | 1 = 0): DueMessage => ({
  message: { topic, payload: Buffer.alloc(0), qos, retain: false },
  at: Number.NEGATIVE_INFINITY,
});

class ScriptedClient implements PumpClient {
  readonly published: string[] = [];
  room = Number.POSITIVE_INFINITY;

  tryPublish({ topic }: { readonly topic: string }): boolean {
    if (this.room === 0) return false;
    this.room--;
    this.published.push(topic);
    return true;
  }

  async flushed(): Promise<void> {}
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

test("without room it waits, asks the source for nothing more, and goes on with the same message", async () => {
  const client = new ScriptedClient();
  client.room = 1;
  const pump = new MessagePump(() => {});
  let asked = 0;
  const done = pump.run(client, async () => {
    asked++;
    return asked <= 3 ? message(String(asked)) : undefined;
  });
  await turns();
  expect(client.published).toEqual(["1"]);
  expect(asked).toBe(2);
  client.room = 5;
  pump.handlers.onReady?.();
  expect(await done).toMatchObject({ published: 3, refused: 0, refusal: undefined });
  expect(client.published).toEqual(["1", "2", "3"]);
});

test("QoS 1: done when all are acknowledged; refusals are counted", async () => {
  const refusals: number[] = [];
  const pump = new MessagePump((reasonCode) => refusals.push(reasonCode));
  const messages = [message("a", 1), message("b", 1), message("c", 1)];
  let isDone = false;
  const done = pump
    .run(new ScriptedClient(), () => messages.shift())
    .finally(() => {
      isDone = true;
    });
  await turns();
  pump.handlers.onPublished?.(0, 0x87, undefined);
  pump.handlers.onPublished?.(0, 0, undefined);
  await turns();
  expect(isDone).toBe(false);
  pump.handlers.onPublished?.(0, 0x97, undefined);
  expect(await done).toMatchObject({ published: 3, refused: 2, refusal: 0x87 });
  expect(refusals).toEqual([0x87]);
});

test("messages wait for their time, and being late is measured", async () => {
  let now = 0;
  const pump = new MessagePump(() => {}, { now: () => now });
  const client = new ScriptedClient();
  const due = [
    { ...message("a"), at: 5 },
    { ...message("b"), at: 8 },
  ];
  const done = pump.run(client, () => due.shift());
  expect(client.published).toEqual([]);
  now = 20;
  expect(await done).toMatchObject({ published: 2, maximumLag: 15 });
});

test("stopped or without its connection it ends at once", async () => {
  const client = new ScriptedClient();
  const stopped = new MessagePump(() => {});
  const later = { ...message("a"), at: Number.POSITIVE_INFINITY };
  const first = stopped.run(client, () => later);
  stopped.stop();
  expect(await first).toMatchObject({ published: 0 });
  const lost = new MessagePump(() => {});
  const second = lost.run(client, () => later);
  lost.handlers.onEnd?.(new MqtkError("connection-lost", "gone"));
  await expect(second).rejects.toThrow("gone");
});
