import { expect, test } from "vitest";
import { WebSocket } from "ws";
import { Broker } from "../../src/broker/index.ts";
import { isRemote } from "./support/conformance.ts";
import { connect, PINGREQ, publish, subscribe, type Version } from "./support/write.ts";

// Chapter 6 of both standards. MQTK_CONFORMANCE_WS_URL names the WebSocket of somebody else's broker.

const url = process.env["MQTK_CONFORMANCE_WS_URL"];
const versions: readonly Version[] = [4, 5];

interface Frames {
  readonly socket: WebSocket;
  /** Data frames that arrived, with their kind. */
  readonly received: { readonly bytes: Buffer; readonly isBinary: boolean }[];
  until(condition: () => boolean): Promise<void>;
}

const address = url === undefined && !isRemote ? own() : Promise.resolve(url ?? "");

async function own(): Promise<string> {
  const broker = new Broker();
  const { host, port, path } = await broker.listen({ scheme: "ws", host: "127.0.0.1", port: 0 });
  return `ws://${host}:${port}${path}`;
}

async function open(subprotocols: readonly string[] = ["mqtt"]): Promise<Frames> {
  const socket = new WebSocket(await address, [...subprotocols], { perMessageDeflate: false });
  const received: Frames["received"] = [];
  let wake = (): void => {};
  for (const event of ["message", "close", "error"]) {
    socket.on(event, () => wake());
  }
  socket.on("message", (bytes: Buffer, isBinary: boolean) => received.push({ bytes, isBinary }));
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  socket.on("error", () => {});
  return { socket, received, until };
}

const bytesOf = ({ received }: Frames): Buffer => Buffer.concat(received.map(({ bytes }) => bytes));
const isClosed = ({ socket }: Frames) => socket.readyState === WebSocket.CLOSED;

function inBoth(title: string, body: (version: Version, clientId: string) => Promise<void>): void {
  for (const version of versions) {
    const name = `${title} (${version === 5 ? "5.0" : "3.1.1"})`;
    test
      .skipIf(isRemote && url === undefined)
      .concurrent(name, () => body(version, `ws${Math.random().toString(36).slice(2)}`));
  }
}

/** Bytes of the CONNACK with which the broker lets a client in. */
function connackLength(frames: Frames): number {
  return 2 + (bytesOf(frames)[1] ?? 0);
}

inBoth("[MQTT-6.0.0-1] [3:MQTT-6.0.0-1] packets come in binary frames", async (version, clientId) => {
  const frames = await open();
  frames.socket.send(connect(version, { clientId }));
  frames.socket.send(PINGREQ);
  await frames.until(() => bytesOf(frames).includes(Buffer.from([0xd0, 0])));
  expect(frames.received.every(({ isBinary }) => isBinary)).toBe(true);
  frames.socket.terminate();
});

inBoth("[MQTT-6.0.0-1] [3:MQTT-6.0.0-1] a text frame ends the connection", async (version, clientId) => {
  const frames = await open();
  frames.socket.send(connect(version, { clientId }));
  await frames.until(() => frames.received.length > 0);
  frames.socket.send("a text");
  await frames.until(() => isClosed(frames));
});

inBoth(
  "[MQTT-6.0.0-1] [3:MQTT-6.0.0-1] a text frame as the first one ends the connection, nobody is let in",
  async (version, clientId) => {
    const frames = await open();
    frames.socket.send(connect(version, { clientId }).toString("latin1"));
    await frames.until(() => isClosed(frames));
    expect(frames.received).toEqual([]);
  },
);

inBoth(
  "[MQTT-6.0.0-2] [3:MQTT-6.0.0-2] many packets in one frame, and one packet in many",
  async (version, clientId) => {
    const topic = `ws/${clientId}`;
    const frames = await open();
    frames.socket.send(
      Buffer.concat([connect(version, { clientId }), subscribe(version, 1, [{ filter: topic }]), PINGREQ]),
    );
    await frames.until(() => bytesOf(frames).includes(Buffer.from([0xd0, 0])));
    for (const byte of publish(version, { topic, payload: "byte by byte" })) {
      frames.socket.send(Buffer.from([byte]));
    }
    await frames.until(() => bytesOf(frames).includes("byte by byte"));
    frames.socket.terminate();
  },
);

inBoth(
  "[MQTT-6.0.0-2] [3:MQTT-6.0.0-2] fragments, empty frames and pings in between make no difference",
  async (version, clientId) => {
    const frames = await open();
    const { socket } = frames;
    const packet = connect(version, { clientId });
    socket.send(packet.subarray(0, 5), { fin: false });
    socket.ping("are you there");
    socket.send(packet.subarray(5, 6), { fin: false });
    socket.send(packet.subarray(6), { fin: true });
    socket.send(Buffer.alloc(0));
    await frames.until(() => frames.received.length > 0);
    expect(bytesOf(frames)[0]).toBe(0x20);
    expect(bytesOf(frames)[3]).toBe(0);
    const start = connackLength(frames);
    socket.send(PINGREQ.subarray(0, 1));
    socket.send(Buffer.alloc(0));
    socket.send(PINGREQ.subarray(1));
    await frames.until(() => bytesOf(frames).length >= start + 2);
    expect(bytesOf(frames).subarray(start).toString("hex")).toBe("d000");
    socket.terminate();
  },
);

inBoth("[MQTT-6.0.0-4] [3:MQTT-6.0.0-4] the subprotocol of the broker is mqtt", async () => {
  for (const offered of [["mqtt"], ["other", "mqtt"]]) {
    const frames = await open(offered);
    expect(frames.socket.protocol).toBe("mqtt");
    frames.socket.terminate();
  }
});

inBoth("[MQTT-6.0.0-4] [3:MQTT-6.0.0-4] who does not offer mqtt is not told that it is spoken", async () => {
  await expect(open(["other"])).rejects.toThrow();
});
