import { PassThrough, Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { LinePublisher, type LinesClient } from "../../../../../src/cli/commands/pub/publish-lines.ts";
import { MqtkError } from "../../../../../src/errors.ts";

/** A client with room for `room` messages; the test acknowledges and makes room. */
class ScriptedClient implements LinesClient {
  readonly published: string[] = [];
  room = Number.POSITIVE_INFINITY;
  isFlushed = true;

  tryPublishRange(_envelope: unknown, bytes: Uint8Array, from: number, to: number): boolean {
    if (this.room === 0) return false;
    this.room--;
    this.published.push(Buffer.from(bytes.subarray(from, to)).toString());
    return true;
  }

  async flushed(): Promise<void> {
    while (!this.isFlushed) await setImmediate();
  }
}

const linesWith = (qos: 0 | 1, onRefused: (reasonCode: number) => void = () => {}): LinePublisher =>
  new LinePublisher({ topic: "t", qos, retain: false }, onRefused);

test("QoS 0: done when the network has everything", async () => {
  const client = new ScriptedClient();
  client.isFlushed = false;
  let isDone = false;
  const done = linesWith(0)
    .run(client, Readable.from([Buffer.from("a\nb")]))
    .then((result) => {
      isDone = true;
      return result;
    });
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  expect(client.published).toEqual(["a", "b"]);
  expect(isDone).toBe(false);
  client.isFlushed = true;
  expect(await done).toEqual({ published: 2, refused: 0, refusal: undefined });
});

test("QoS 1: done when everything is acknowledged", async () => {
  const client = new ScriptedClient();
  const lines = linesWith(1);
  const done = lines.run(client, Readable.from([Buffer.from("a\nb\n")]));
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  lines.handlers.onPublished?.(0, 0, undefined);
  lines.handlers.onPublished?.(0, 0x10, undefined);
  expect(await done).toEqual({ published: 2, refused: 0, refusal: undefined });
});

test("without room nothing more is read, and it goes on where it stopped", async () => {
  const client = new ScriptedClient();
  client.room = 1;
  const lines = linesWith(0);
  const input = new PassThrough();
  const done = lines.run(client, input);
  input.write("a\nb\nc\n");
  for (let turn = 0; turn < 5; turn++) await setImmediate();
  expect(client.published).toEqual(["a"]);
  expect(input.isPaused()).toBe(true);
  input.end("d");
  client.room = 2;
  lines.handlers.onReady?.();
  expect(client.published).toEqual(["a", "b", "c"]);
  client.room = 1;
  lines.handlers.onReady?.();
  expect(await done).toMatchObject({ published: 4 });
  expect(client.published).toEqual(["a", "b", "c", "d"]);
});

test("refusals are counted, and the first is told at once", async () => {
  const told: number[] = [];
  const lines = linesWith(1, (reasonCode) => told.push(reasonCode));
  const done = lines.run(new ScriptedClient(), Readable.from([Buffer.from("a\nb\nc\n")]));
  for (let turn = 0; turn < 10; turn++) await setImmediate();
  for (const code of [0, 0x87, 0x97] as const) lines.handlers.onPublished?.(0, code, undefined);
  expect(await done).toEqual({ published: 3, refused: 2, refusal: 0x87 });
  expect(told).toEqual([0x87]);
});

test("no input at all is done at once", async () => {
  expect(await linesWith(1).run(new ScriptedClient(), Readable.from([]))).toMatchObject({ published: 0 });
});

test("a lost connection ends it", async () => {
  const lines = linesWith(1);
  const done = lines.run(new ScriptedClient(), new PassThrough());
  lines.handlers.onEnd?.(new MqtkError("connection-lost", "gone"));
  await expect(done).rejects.toThrow("gone");
});

test("what the client cannot send ends it", async () => {
  const client = new ScriptedClient();
  client.tryPublishRange = () => {
    throw new MqtkError("refused", "too large");
  };
  await expect(linesWith(1).run(client, Readable.from([Buffer.from("a\n")]))).rejects.toThrow("too large");
});

test("input that cannot be read is a usage error", async () => {
  const input = new PassThrough();
  const done = linesWith(0).run(new ScriptedClient(), input);
  input.destroy(new Error("EISDIR: illegal operation on a directory, read"));
  await expect(done).rejects.toMatchObject({ code: "usage" });
});

test("stopped: what was published so far", async () => {
  const lines = linesWith(1);
  const input = new PassThrough();
  const done = lines.run(new ScriptedClient(), input);
  input.write("a\nb");
  await setImmediate();
  lines.stop();
  expect(await done).toMatchObject({ published: 1 });
});
