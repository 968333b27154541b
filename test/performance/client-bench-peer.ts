import { createServer, type Socket } from "node:net";
import {
  encodePacket,
  NO_PROPERTIES,
  PacketParser,
  PacketType,
  type ProtocolVersion,
  ReasonCode,
} from "../../src/codec/index.ts";

/** What a source sends: 16 bytes. */
export const PAYLOAD = "temperature=21.5";
/** Messages in one write of a source. */
const BATCH = 2000;

/**
 * A server that does as little as a server can: it counts nothing, acknowledges, and to a client called `source/0` or
 * `source/1` it sends messages of that QoS without end once it subscribes.
 */
export function startPeer(onListening: (port: number) => void): void {
  const server = createServer({ noDelay: true }, serve);
  server.listen(0, "127.0.0.1", () => onListening((server.address() as { port: number }).port));
}

function serve(socket: Socket): void {
  let acks = Buffer.allocUnsafe(256 * 1024);
  let ackLength = 0;
  let clientId = "";
  const answer = (bytes: Uint8Array): void => void socket.write(bytes);
  const parser = new PacketParser({
    role: "server",
    maximumPacketSize: Number.POSITIVE_INFINITY,
    onPublish: (frame) => {
      if (frame.qos === 0) return;
      acks[ackLength++] = PacketType.PUBACK << 4;
      acks[ackLength++] = 2;
      ackLength = acks.writeUInt16BE(frame.packetId, ackLength);
    },
    onPacket: (packet) => {
      if (packet.type === PacketType.CONNECT) {
        ({ clientId } = packet);
        const { SUCCESS } = ReasonCode;
        answer(
          encodePacket(
            { type: PacketType.CONNACK, sessionPresent: false, reasonCode: SUCCESS, properties: NO_PROPERTIES },
            parser.version,
          ),
        );
      } else if (packet.type === PacketType.SUBSCRIBE) {
        const { packetId } = packet;
        const reasonCodes = [ReasonCode.GRANTED_QOS_1];
        answer(
          encodePacket({ type: PacketType.SUBACK, packetId, properties: NO_PROPERTIES, reasonCodes }, parser.version),
        );
        if (clientId.startsWith("source/")) pour(socket, clientId === "source/1" ? 1 : 0, parser.version);
      }
    },
  });
  socket.on("data", (chunk: Buffer) => {
    parser.push(chunk);
    if (ackLength === 0) return;
    answer(acks.subarray(0, ackLength));
    if (socket.writableLength > 0) acks = Buffer.allocUnsafe(256 * 1024);
    ackLength = 0;
  });
  socket.on("error", () => {});
}

function pour(socket: Socket, qos: 0 | 1, version: ProtocolVersion): void {
  const block = Buffer.concat(
    Array.from({ length: BATCH }, (_, index) =>
      encodePacket(
        {
          type: PacketType.PUBLISH,
          dup: false,
          qos,
          retain: false,
          topic: "bench/p/00000",
          packetId: qos === 0 ? undefined : index + 1,
          properties: NO_PROPERTIES,
          payload: Buffer.from(PAYLOAD),
        },
        version,
      ),
    ),
  );
  const more = (): void => {
    while (!socket.destroyed && socket.write(block));
  };
  socket.on("drain", more);
  more();
}
