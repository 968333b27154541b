import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import {
  type ConnackPacket,
  encodePacket,
  type Packet,
  PacketParser,
  PacketType,
  type ProtocolVersion,
} from "../../src/codec/index.ts";

/** What a scripted server sees of a client. */
export interface ScriptedConnection {
  readonly socket: Socket;
  readonly version: ProtocolVersion;
  send(packet: Packet): void;
}

export interface ScriptedServer {
  readonly port: number;
  /** All packets that came, of all connections. */
  readonly packets: readonly Packet[];
}

/**
 * A server that accepts every CONNECT (unless `connack` says otherwise) and answers every other packet as the script does, or not at all; it ends with the
 * test. For what a real broker cannot be made to do.
 */
export async function startScriptedServer(
  script: (packet: Packet, connection: ScriptedConnection) => void,
  connack: Partial<ConnackPacket> = {},
): Promise<ScriptedServer> {
  const packets: Packet[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    const connection: ScriptedConnection = {
      socket,
      get version() {
        return parser.version;
      },
      send: (packet) => socket.write(encodePacket(packet, parser.version)),
    };
    const take = (packet: Packet): void => {
      packets.push(packet);
      if (packet.type === PacketType.CONNECT) {
        connection.send({
          type: PacketType.CONNACK,
          sessionPresent: false,
          reasonCode: 0,
          properties: {},
          ...connack,
        });
      }
      script(packet, connection);
    };
    const parser: PacketParser = new PacketParser({
      role: "server",
      maximumPacketSize: 1_000_000,
      onPacket: take,
      onPublish: (frame) => take(frame.decode()),
    });
    socket.on("data", (chunk: Buffer) => {
      try {
        parser.push(chunk);
      } catch {
        socket.destroy(); // no MQTT
      }
    });
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, packets };
}
