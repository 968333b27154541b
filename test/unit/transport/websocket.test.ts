import { once } from "node:events";
import { request } from "node:http";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type ByteStream, dial, type ListenAt, type Listener, listen } from "../../../src/transport/index.ts";

interface Listening {
  readonly port: number;
  /** What became of streams: bytes and causes. */
  readonly received: Buffer[];
  readonly closes: (Error | undefined)[];
  readonly problems: string[];
  readonly stream: Promise<ByteStream>;
  readonly closed: Promise<Error | undefined>;
}

let listener: Listener | undefined;
afterEach(async () => {
  await listener?.close();
});

async function listening(details: Partial<Extract<ListenAt, { host: string }>> = {}): Promise<Listening> {
  const received: Buffer[] = [];
  const closes: (Error | undefined)[] = [];
  const problems: string[] = [];
  let accept = (_: ByteStream): void => {};
  let close = (_: Error | undefined): void => {};
  const stream = new Promise<ByteStream>((resolve) => {
    accept = resolve;
  });
  const closed = new Promise<Error | undefined>((resolve) => {
    close = resolve;
  });
  const onConnection = (one: ByteStream): void => {
    one.onData = (chunk) => received.push(chunk);
    one.onClose = (cause) => {
      closes.push(cause);
      close(cause);
    };
    accept(one);
  };
  const at = { host: "127.0.0.1", port: 0, scheme: "ws", ...details } as const;
  listener = await listen(at, onConnection, (reason) => problems.push(reason));
  return { port: listener.address.port, received, closes, problems, stream, closed };
}

interface Upgrade {
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Asks for a WebSocket by hand: the status, and the raw socket where it was opened. */
function upgrade(
  port: number,
  { path = "/mqtt", headers = {} }: Upgrade = {},
): Promise<{ status: number; socket?: Socket }> {
  return new Promise((resolve, reject) => {
    const asking = request({
      host: "127.0.0.1",
      port,
      path,
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol": "mqtt",
        ...headers,
      },
    });
    asking.once("upgrade", (response, socket) =>
      resolve({ status: response.statusCode ?? 0, socket: socket as Socket }),
    );
    asking.once("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    asking.once("error", reject);
    asking.end();
  });
}

/** A frame of a client: masked with zeros, which change nothing. */
function frame(opcode: number, payload: Buffer, { fin = true, mask = true, rsv = 0 } = {}): Buffer {
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  length[0] = (length[0] as number) | (mask ? 0x80 : 0);
  return Buffer.concat([
    Buffer.from([(fin ? 0x80 : 0) | rsv | opcode, ...length]),
    Buffer.alloc(mask ? 4 : 0),
    payload,
  ]);
}

/** The code of the close frame with which the server answers. */
async function closeCode(socket: Socket): Promise<number> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  if (!socket.closed) await once(socket, "close");
  const bytes = Buffer.concat(chunks);
  return bytes[0] === 0x88 ? bytes.readUInt16BE(2) : 0;
}

const BINARY = 2;
const CONTINUATION = 0;

describe("[WS-01] web pages of other origins", () => {
  test.each([
    ["none", undefined, undefined, 101],
    ["another", "https://evil.example", undefined, 403],
    ["the same host and port", "same", undefined, 101],
    ["one that is listed", "https://app.example", ["https://app.example"], 101],
    ["one that is not listed", "https://evil.example", ["https://app.example"], 403],
    ["null, of a page without origin", "null", undefined, 403],
    ["any, where any may", "https://evil.example", ["*"], 101],
  ])("origin: %s", async (_name, origin, origins, status) => {
    const { port } = await listening({ webSocket: { origins } });
    const header = origin === "same" ? `http://127.0.0.1:${port}` : origin;
    const answer = await upgrade(port, { headers: header === undefined ? {} : { Origin: header } });
    expect(answer.status).toBe(status);
    answer.socket?.destroy();
  });
});

describe("[WS-05] what the standard forbids ends the connection before any byte reaches MQTT", () => {
  test.each([
    ["a text frame", frame(1, Buffer.from("hello")), 1003],
    ["a frame without mask", frame(BINARY, Buffer.from("x"), { mask: false }), 1002],
    ["a reserved bit", frame(BINARY, Buffer.from("x"), { rsv: 0x40 }), 1002],
    ["an unknown opcode", frame(3, Buffer.from("x")), 1002],
    ["a ping of 126 bytes", frame(9, Buffer.alloc(126)), 1002],
    ["a continuation of nothing", frame(CONTINUATION, Buffer.from("x")), 1002],
  ])("%s", async (_name, bytes, code) => {
    const { port, received, closed } = await listening();
    const { socket } = await upgrade(port);
    const closing = closeCode(socket as Socket);
    socket?.write(bytes);
    expect(await closing).toBe(code);
    expect(await closed).toBeInstanceOf(Error);
    expect(received).toEqual([]);
  });

  test("fragments, and a ping between them, are one piece", async () => {
    const { port, stream, received } = await listening();
    const { socket } = await upgrade(port);
    await stream;
    const parts = [
      frame(BINARY, Buffer.from("ab"), { fin: false }),
      frame(9, Buffer.from("ping")),
      frame(CONTINUATION, Buffer.from("cd"), { fin: false }),
      frame(CONTINUATION, Buffer.from("ef")),
      frame(BINARY, Buffer.from("gh")),
    ];
    for (const byte of Buffer.concat(parts)) socket?.write(Buffer.from([byte]));
    await expect.poll(() => Buffer.concat(received).toString()).toBe("abcdefgh");
    socket?.destroy();
  });
});

test("[WS-02] a frame that is cut short is nothing", async () => {
  const { port, closed, received } = await listening();
  const { socket } = await upgrade(port);
  socket?.end(frame(BINARY, Buffer.alloc(100)).subarray(0, 20));
  await closed;
  expect(received).toEqual([]);
});

describe("[WS-03] limits", () => {
  test("a message in very many pieces is cut off", async () => {
    const { port, closed, received } = await listening();
    const { socket } = await upgrade(port);
    socket?.on("error", () => {});
    socket?.write(frame(BINARY, Buffer.alloc(1), { fin: false }));
    socket?.write(
      Buffer.concat(Array.from({ length: 2000 }, () => frame(CONTINUATION, Buffer.alloc(0), { fin: false }))),
    );
    expect((await closed)?.message).toMatch(/fragment/i);
    expect(received).toEqual([]);
  });

  test("a message that is larger than any packet is refused when its length is known", async () => {
    const { port } = await listening({ maximumMessage: 1000 });
    const { socket } = await upgrade(port);
    const closing = closeCode(socket as Socket);
    socket?.write(frame(BINARY, Buffer.alloc(1001)).subarray(0, 10));
    expect(await closing).toBe(1009);
  });
});

test("[WS-04] too many headers, and a subprotocol without end", async () => {
  const { port, problems } = await listening();
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, index) => [`x-${index}`, "y"]));
  expect((await upgrade(port, { headers: many })).status).toBe(431);
  expect((await upgrade(port, { headers: { "Sec-WebSocket-Protocol": "x".repeat(64 * 1024) } })).status).toBe(431);
  expect(problems).toEqual(Array(2).fill("Request Header Fields Too Large: too many headers"));
});

test("[WS-05] [MQTT-6.0.0-3] a client that does not ask for MQTT is refused", async () => {
  const { port } = await listening();
  expect((await upgrade(port, { headers: { "Sec-WebSocket-Protocol": "chat" } })).status).toBe(400);
  const old = await upgrade(port, { headers: { "Sec-WebSocket-Protocol": "chat, mqttv3.1" } });
  expect(old.status).toBe(101);
  old.socket?.destroy();
});

test("[WS-06] compression is not agreed to", async () => {
  const { port } = await listening();
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/`, "mqtt", { perMessageDeflate: true });
  await once(webSocket, "open");
  expect(webSocket.extensions).toBe("");
  webSocket.terminate();
});

describe("[WS-08] other requests", () => {
  test.each([
    ["/mqtt", 426],
    ["/", 426],
    ["/../../etc/passwd", 404],
    ["/mqtt/x", 404],
  ])("GET %s: %i", async (path, status) => {
    const { port } = await listening();
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      request({ host: "127.0.0.1", port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once("error", reject)
        .end();
    });
    expect(answer).toBe(status);
  });

  test("only the path of the listener opens a WebSocket", async () => {
    const { port } = await listening({ webSocket: { path: "/here" } });
    expect((await upgrade(port, { path: "/mqtt" })).status).toBe(404);
    const { status, socket } = await upgrade(port, { path: "/here?token=x" });
    expect(status).toBe(101);
    socket?.destroy();
  });

  test("headers that come slowly are not waited for", async () => {
    const { port, problems } = await listening({ handshakeTimeout: 100 });
    const socket = connect(port, "127.0.0.1");
    socket.write("GET /mqtt HTTP/1.1\r\nHost: x\r\n");
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 408 /);
    await once(socket, "close");
    expect(problems).toEqual(["the WebSocket took longer than 0.1 s"]);
  });

  test("what is no HTTP", async () => {
    const { port, problems } = await listening();
    const socket = connect(port, "127.0.0.1");
    socket.write(Buffer.from([0x10, 0x0c, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 0, 0, 0]));
    const [chunk] = (await once(socket, "data")) as [Buffer];
    expect(chunk.toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect(problems).toEqual(["Bad Request: it does not speak HTTP, and this listener takes WebSockets"]);
    socket.destroy();
  });
});

describe("a client that gets no WebSocket says why", () => {
  const at = (port: number, path = "/mqtt") => ({ scheme: "ws", host: "127.0.0.1", port, path }) as const;
  test("another path", async () => {
    const { port } = await listening({ webSocket: { path: "/here" } });
    await expect(dial(at(port), { timeout: 5000 })).rejects.toMatchObject({
      stage: "websocket",
      message: `127.0.0.1:${port} does not open a WebSocket at /mqtt: it answered 404 Not Found`,
      hint: expect.stringMatching(/path/),
    });
  });
  test("headers and query go with the request, and nowhere else", async () => {
    const { port, stream } = await listening({ webSocket: { origins: ["https://me.example"] } });
    const webSocket = { query: "token=secret", headers: [["Origin", "https://me.example"]] } as const;
    const client = await dial(at(port), { timeout: 5000, webSocket });
    expect((await stream).remote).toMatch(/^127\.0\.0\.1:\d+$/);
    client.destroy();
    await expect(dial(at(port, "/none"), { timeout: 5000, webSocket })).rejects.toMatchObject({
      message: expect.not.stringMatching(/secret/),
    });
  });
  test("a header that cannot be sent", async () => {
    const { port } = await listening();
    const webSocket = { headers: [["X", "a\nb"]] } as const;
    await expect(dial(at(port), { timeout: 5000, webSocket })).rejects.toMatchObject({ code: "usage" });
  });
});

test("a large write goes in messages of at most a mebibyte, a gathered one in a single message", async () => {
  const { port, stream } = await listening();
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, "mqtt");
  await once(webSocket, "open");
  const lengths: number[] = [];
  webSocket.on("message", (data: Buffer) => lengths.push(data.length));
  const server = await stream;
  server.writeAll([Buffer.alloc(10), Buffer.alloc(20), Buffer.alloc(30)]);
  server.write(Buffer.alloc(2.5 * 1024 * 1024));
  await expect.poll(() => lengths).toEqual([60, 1024 * 1024, 1024 * 1024, 512 * 1024]);
  webSocket.terminate();
});
