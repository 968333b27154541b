import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { ByteStream } from "../../../src/transport/index.ts";

/** Two ends of one connection, and how to get rid of what stands behind them. */
export interface StreamPair {
  readonly client: ByteStream;
  readonly server: ByteStream;
  close(): Promise<void>;
}

const MEBIBYTE = 1 << 20;

/** What every ByteStream promises, whatever network stands behind it. `hasHalfClose`: WebSocket has one end for both directions. */
export function describeByteStream(
  name: string,
  connect: () => Promise<StreamPair>,
  { hasHalfClose = true }: { readonly hasHalfClose?: boolean } = {},
): void {
  describe(`${name} keeps the promises of a ByteStream`, () => {
    let pair: StreamPair | undefined;

    async function connected(): Promise<StreamPair> {
      pair = await connect();
      return pair;
    }

    afterEach(async () => {
      pair?.client.destroy();
      pair?.server.destroy();
      await pair?.close();
      pair = undefined;
    });

    test("bytes arrive in order, in both directions", async () => {
      const { client, server } = await connected();
      const atServer = collect(server, 11);
      const atClient = collect(client, 5);
      client.write(Buffer.from("hello "));
      client.write(Buffer.from("world"));
      server.write(Buffer.from("there"));
      expect((await atServer).toString()).toBe("hello world");
      expect((await atClient).toString()).toBe("there");
    });

    test("no byte is lost when the peer wrote before anyone listened", async () => {
      const { client, server } = await connected();
      server.write(Buffer.from("early"));
      expect((await collect(client, 5)).toString()).toBe("early");
    });

    test("a gathered write keeps the order of its parts", async () => {
      const { client, server } = await connected();
      const received = collect(server, 6);
      client.writeAll([Buffer.from("ab"), Buffer.from("c"), Buffer.from("def")]);
      expect((await received).toString()).toBe("abcdef");
    });

    test("a gathered write of nothing is nothing", async () => {
      const { client } = await connected();
      expect(client.writeAll([])).toBe(true);
      expect(client.writableLength).toBe(0);
    });

    test("after a write that answered true, the bytes may be reused at once", async () => {
      const { client, server } = await connected();
      const received = collect(server, 4);
      const bytes = Buffer.from("mine");
      if (client.write(bytes)) bytes.fill(0);
      expect((await received).toString()).toBe("mine");
    });

    test("what was received is never written into again", async () => {
      const { client, server } = await connected();
      const chunks: Buffer[] = [];
      const copies: Buffer[] = [];
      const expected = randomBytes(MEBIBYTE);
      const all = new Promise<void>((resolve) => {
        let length = 0;
        server.onData = (chunk) => {
          chunks.push(chunk);
          copies.push(Buffer.from(chunk));
          length += chunk.length;
          if (length === expected.length) resolve();
        };
      });
      client.write(expected);
      await all;
      expect(Buffer.concat(chunks).equals(expected)).toBe(true);
      for (const [index, chunk] of chunks.entries()) expect(chunk.equals(copies[index] as Buffer)).toBe(true);
    });

    test("a reader that pauses stops the writer, and loses nothing", async () => {
      const { client, server } = await connected();
      let isPaused = true;
      let length = 0;
      let done = (): void => {};
      const all = new Promise<void>((resolve) => {
        done = resolve;
      });
      // More than the buffers of both systems hold.
      const total = 24 * MEBIBYTE;
      server.onData = (chunk) => {
        expect(isPaused).toBe(false);
        length += chunk.length;
        if (length === total) done();
      };
      server.pause();

      const part = Buffer.alloc(MEBIBYTE, 7);
      let drained = (): void => {};
      const drain = new Promise<void>((resolve) => {
        drained = resolve;
      });
      client.onDrain = drained;
      let couldNotTake = false;
      for (let written = 0; written < total; written += part.length) couldNotTake = !client.write(part) || couldNotTake;
      if (name !== "memory") {
        expect(couldNotTake).toBe(true);
        expect(client.writableLength).toBeGreaterThan(0);
      }

      isPaused = false;
      server.resume();
      await all;
      if (couldNotTake) await drain;
      expect(client.writableLength).toBe(0);
    });

    test("without a farewell of its own: what was taken arrives though the stream is dropped at once, and the end is no failure", async () => {
      const { client, server } = await connected();
      expect(server.saysFarewell === true).toBe(/^(tls|psk|ws)/.test(name));
      if (server.saysFarewell === true) return;
      const received = collect(client, 5);
      const ended = new Promise<string>((resolve) => {
        client.onEnd = () => resolve("end");
        client.onClose = (cause) => resolve(`close ${cause?.message}`);
      });
      expect(server.write(Buffer.from("there"))).toBe(true);
      server.destroy();
      expect((await received).toString()).toBe("there");
      expect(await ended).toBe("end");
    });

    test("onDrain is not called for writes that were taken at once", async () => {
      const { client, server } = await connected();
      let drains = 0;
      let refusals = 0;
      client.onDrain = () => {
        drains += 1;
      };
      const received = collect(server, 300);
      for (let index = 0; index < 100; index++) refusals += client.write(Buffer.from("abc")) ? 0 : 1;
      await received;
      expect(drains).toBeLessThanOrEqual(refusals);
    });

    test(`the end comes behind everything written${hasHalfClose ? ", and the other direction stays open" : ""}`, async () => {
      const { client, server } = await connected();
      const received: Buffer[] = [];
      const ended = new Promise<void>((resolve) => {
        server.onEnd = resolve;
      });
      server.onData = (chunk) => received.push(chunk);
      const big = randomBytes(4 * MEBIBYTE);
      client.write(big);
      client.end();
      await ended;
      expect(Buffer.concat(received).equals(big)).toBe(true);
      if (!hasHalfClose) return;

      const answer = collect(client, 6);
      server.write(Buffer.from("answer"));
      expect((await answer).toString()).toBe("answer");
    });

    test("when both have ended, both hear of the close, once and without a cause", async () => {
      const { client, server } = await connected();
      const closes: unknown[] = [];
      const closed = Promise.all(
        [client, server].map(
          (stream) =>
            new Promise<void>((resolve) => {
              stream.onClose = (cause) => {
                closes.push(cause);
                resolve();
              };
            }),
        ),
      );
      server.onEnd = () => server.end();
      client.end();
      await closed;
      expect(closes).toEqual([undefined, undefined]);
    });

    test("destroy closes at once, tells only the close, and the peer hears of it", async () => {
      const { client, server } = await connected();
      const events: string[] = [];
      client.onData = () => events.push("data");
      client.onEnd = () => events.push("end");
      client.onDrain = () => events.push("drain");
      const gone = new Promise<void>((resolve) => {
        server.onEnd = resolve;
        server.onClose = () => resolve();
      });
      const closed = new Promise<Error | undefined>((resolve) => {
        client.onClose = (cause) => {
          events.push("close");
          resolve(cause);
        };
      });
      server.write(Buffer.from("too late"));
      client.destroy();
      client.destroy();
      expect(await closed).toBe(undefined);
      await gone;
      expect(events).toEqual(["close"]);
    });

    test("writing behind the end, or after the close, is dropped without a word", async () => {
      const { client, server } = await connected();
      const received: Buffer[] = [];
      server.onData = (chunk) => received.push(chunk);
      const ended = new Promise<void>((resolve) => {
        server.onEnd = resolve;
      });
      const closed = new Promise<unknown>((resolve) => {
        client.onClose = resolve;
      });
      client.write(Buffer.from("last"));
      client.end();
      expect(client.write(Buffer.from("words"))).toBe(false);
      expect(client.writeAll([Buffer.from("more")])).toBe(false);
      client.end();
      await ended;
      expect(Buffer.concat(received).toString()).toBe("last");

      client.destroy();
      expect(await closed).toBe(undefined);
      expect(client.write(Buffer.from("words"))).toBe(false);
    });

    test("says who is at the other end", async () => {
      const { client, server } = await connected();
      expect(client.remote).not.toBe("");
      expect(server.remote).not.toBe("");
    });
  });
}

/** The next `length` bytes that arrive. */
function collect(stream: ByteStream, length: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    stream.onData = (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= length) resolve(received);
    };
  });
}
