import { afterEach, describe, expect, test, vi } from "vitest";
import {
  encodePacket,
  type Packet,
  PacketParser,
  PacketType,
  PINGREQ,
  PINGRESP,
  ProtocolError,
  type ProtocolVersion,
  ReasonCode,
} from "../../../src/codec/index.ts";
import { type ConnectionHandler, PacketConnection } from "../../../src/connection/packet-connection.ts";
import { type MemoryStream, memoryStreamPair } from "../../support/memory-stream.ts";
import { turn } from "../../support/turn.ts";

/** A server's connection that records what it is told, and the client's end of its stream. */
class Recorded implements ConnectionHandler {
  readonly connection: PacketConnection;
  readonly stream: MemoryStream;
  readonly peer: MemoryStream;
  readonly events: string[] = [];
  /** What the client got. */
  readonly sent: Packet[] = [];
  clientSawEnd = false;
  whenPacket: (name: string) => void = () => {};

  constructor(version: ProtocolVersion = 5) {
    const [here, there] = memoryStreamPair();
    this.stream = here;
    this.peer = there;
    const parser = new PacketParser({
      role: "client",
      version,
      maximumPacketSize: Number.POSITIVE_INFINITY,
      onPublish: (frame) => this.sent.push(frame.decode()),
      onPacket: (packet) => this.sent.push(packet),
    });
    there.onData = (chunk) => parser.push(chunk);
    there.onEnd = () => {
      this.clientSawEnd = true;
    };
    this.connection = new PacketConnection(here, this, { role: "client", version, maximumPacketSize: 1000 });
  }

  receives(...packets: Packet[]): void {
    this.peer.write(Buffer.concat(packets.map((packet) => encodePacket(packet, 5))));
  }

  onReceived(): void {
    this.events.push("received");
  }

  onPublish(): void {
    this.note("PUBLISH");
  }

  onPacket(packet: Packet): void {
    this.note(packet.type === PacketType.PINGRESP ? "PINGRESP" : "packet");
  }

  onError(error: unknown): void {
    this.events.push(`error ${error instanceof ProtocolError ? error.reasonCode : String(error)}`);
  }

  onDrain(): void {
    this.events.push("drain");
  }

  onClose(cause: Error | undefined): void {
    this.events.push(`close ${cause?.message}`);
  }

  private note(name: string): void {
    this.events.push(name);
    this.whenPacket(name);
  }
}

const puback = (reasonString: string): Packet => ({
  type: PacketType.PUBACK,
  packetId: 1,
  reasonCode: ReasonCode.NOT_AUTHORIZED,
  properties: { reasonString, userProperties: [["key", "value"]] },
});

afterEach(() => {
  vi.useRealTimers();
});

describe("PacketConnection", () => {
  test("tells of each chunk once, then of its packets", async () => {
    const it = new Recorded();
    it.receives(PINGRESP, PINGRESP);
    await turn(2);
    expect(it.events).toEqual(["received", "PINGRESP", "PINGRESP"]);
  });

  test("[MQTT-3.1.2-24] [MQTT-3.4.2-2] a packet that the peer could not take loses its reason string and user properties", async () => {
    const it = new Recorded();
    it.connection.peerMaximumPacketSize = 6;
    expect(it.connection.send(puback("not you"))).toBe(true);
    await turn(3);
    expect(it.sent).toEqual([{ type: 4, packetId: 1, reasonCode: 0x87, properties: {} }]);
  });

  test("[MQTT-3.1.2-24] a packet that is too large even so is not sent", async () => {
    const it = new Recorded();
    it.connection.peerMaximumPacketSize = 3;
    expect(it.connection.send(puback("not you"))).toBe(false);
    expect(it.connection.send(PINGRESP)).toBe(true);
    await turn(3);
    expect(it.sent).toEqual([PINGRESP]);
  });

  test("[MQTT-3.1.2-24] a packet of exactly the size that the peer takes is sent whole", async () => {
    const it = new Recorded();
    const packet = puback("not you");
    it.connection.peerMaximumPacketSize = encodePacket(packet, 5).length;
    expect(it.connection.send(packet)).toBe(true);
    await turn(3);
    expect(it.sent).toEqual([packet]);
  });

  test("pause stops behind the packet in hand, and reading; resume goes on with the next", async () => {
    const it = new Recorded();
    it.whenPacket = () => it.connection.pause();
    it.receives(PINGRESP, PINGRESP, PINGRESP);
    await turn(2);
    expect(it.events).toEqual(["received", "PINGRESP"]);
    expect(it.stream.isPaused).toBe(true);
    it.connection.resume();
    expect(it.events).toEqual(["received", "PINGRESP", "PINGRESP"]);
    expect(it.stream.isPaused).toBe(true);
    it.whenPacket = () => {};
    it.connection.resume();
    expect(it.events).toHaveLength(4);
    expect(it.stream.isPaused).toBe(false);
  });

  test("what the peer may not send is an error, and nothing behind it counts", async () => {
    const it = new Recorded();
    it.receives(PINGRESP, PINGREQ, PINGRESP);
    await turn(2);
    expect(it.events).toEqual(["received", "PINGRESP", "error 130"]);
  });

  test("a packet larger than we announced is refused with 0x95", async () => {
    const it = new Recorded();
    it.peer.write(Buffer.from([0x30, 0xe8, 0x07, 0]));
    await turn(2);
    expect(it.events).toEqual(["received", "error 149"]);
  });

  test("an error behind a pause is told when parsing goes on", async () => {
    const it = new Recorded();
    it.whenPacket = () => it.connection.pause();
    it.receives(PINGRESP, PINGREQ);
    await turn(2);
    it.connection.resume();
    expect(it.events).toEqual(["received", "PINGRESP", "error 130"]);
  });

  test("whatever a handler throws comes back as an error", async () => {
    const it = new Recorded();
    it.whenPacket = () => {
      throw new Error("oops");
    };
    it.receives(PINGRESP, PINGRESP);
    await turn(2);
    expect(it.events).toEqual(["received", "PINGRESP", "error Error: oops"]);
  });

  test("end says the last word, ends the stream behind it, and discards what still comes", async () => {
    const it = new Recorded();
    it.stream.hold();
    it.connection.send(PINGRESP);
    await turn(1);
    const last: Packet = { type: PacketType.DISCONNECT, reasonCode: ReasonCode.SERVER_BUSY, properties: {} };
    it.connection.end(last);
    expect(it.connection.isOpen).toBe(false);
    expect(it.connection.send(PINGRESP)).toBe(false);
    it.receives(PINGRESP);
    it.stream.release();
    await turn(5);
    expect(it.sent).toEqual([PINGRESP, last]);
    expect(it.clientSawEnd).toBe(true);
    expect(it.events).not.toContain("PINGRESP");
    it.peer.end();
    await turn(3);
    expect(it.events).toContain("close undefined");
  });

  test("a peer that does not end its side is cut off after a second", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const it = new Recorded();
    it.connection.end();
    await turn(5);
    expect(it.events).toEqual([]);
    vi.advanceTimersByTime(1000);
    await turn(3);
    expect(it.events).toEqual(["close undefined"]);
  });

  test("a peer that ends its side still gets what waits, then our end", async () => {
    const it = new Recorded();
    it.stream.hold();
    it.connection.send(PINGRESP);
    await turn(1);
    it.connection.send(PINGRESP);
    it.peer.end();
    await turn(3);
    expect(it.connection.isOpen).toBe(false);
    expect(it.clientSawEnd).toBe(false);
    it.stream.release();
    await turn(5);
    expect(it.sent).toEqual([PINGRESP, PINGRESP]);
    expect(it.clientSawEnd).toBe(true);
    expect(it.events).toContain("close undefined");
  });

  test("leave says everything and is gone at once, whether the peer ends its side or not", async () => {
    const it = new Recorded();
    it.connection.send(PINGRESP);
    it.connection.leave();
    await turn(3);
    expect(it.sent).toEqual([PINGRESP]);
    expect(it.clientSawEnd).toBe(true);
    expect(it.events).toEqual(["close undefined"]);
  });

  test("leave waits for a network that is behind", async () => {
    const it = new Recorded();
    it.stream.hold();
    it.connection.send(PINGRESP);
    await turn(1);
    it.connection.leave();
    await turn(3);
    expect(it.events).toEqual([]);
    it.stream.release();
    it.peer.end();
    await turn(5);
    expect(it.sent).toEqual([PINGRESP]);
    expect(it.events).toContain("close undefined");
  });

  test("leave says farewell where the transport has one, and waits for the answer", async () => {
    const it = new Recorded();
    Object.assign(it.stream, { saysFarewell: true });
    it.connection.leave();
    await turn(3);
    expect(it.clientSawEnd).toBe(true);
    expect(it.events).toEqual([]);
    it.peer.end();
    await turn(3);
    expect(it.events).toEqual(["close undefined"]);
  });

  test("a connection that breaks closes once, with the cause; nothing is sent or received behind it", async () => {
    const it = new Recorded();
    it.stream.breakDown(new Error("read ECONNRESET"));
    await turn(3);
    it.connection.end();
    expect(it.connection.send(PINGRESP)).toBe(false);
    await turn(3);
    expect(it.events).toEqual(["close read ECONNRESET"]);
  });

  test("tells when a peer that was behind has caught up", async () => {
    const it = new Recorded();
    it.stream.hold();
    it.connection.send(PINGRESP);
    await turn(1);
    it.stream.release();
    await turn(3);
    expect(it.events).toEqual(["drain"]);
  });
});
