import { malformed, ProtocolError, violation } from "./errors.ts";
import { PacketType, packetName, type Sender } from "./packet.ts";
import { ProtocolVersion, protocolVersionName } from "./protocol-version.ts";
import { ReasonCode } from "./reason-code.ts";

interface FixedHeader {
  /** What the low four bits of the first byte must be (section 2.1.3). */
  readonly flags: number;
  /** The only side that may send it; absent: both. */
  readonly sender?: Sender;
}

/** All packets but PUBLISH, whose flags mean something. */
const FIXED_HEADERS: Readonly<Record<Exclude<PacketType, typeof PacketType.PUBLISH>, FixedHeader>> = {
  [PacketType.CONNECT]: { flags: 0, sender: "client" },
  [PacketType.CONNACK]: { flags: 0, sender: "server" },
  [PacketType.PUBACK]: { flags: 0 },
  [PacketType.PUBREC]: { flags: 0 },
  [PacketType.PUBREL]: { flags: 0b0010 },
  [PacketType.PUBCOMP]: { flags: 0 },
  [PacketType.SUBSCRIBE]: { flags: 0b0010, sender: "client" },
  [PacketType.SUBACK]: { flags: 0, sender: "server" },
  [PacketType.UNSUBSCRIBE]: { flags: 0b0010, sender: "client" },
  [PacketType.UNSUBACK]: { flags: 0, sender: "server" },
  [PacketType.PINGREQ]: { flags: 0, sender: "client" },
  [PacketType.PINGRESP]: { flags: 0, sender: "server" },
  [PacketType.DISCONNECT]: { flags: 0 },
  [PacketType.AUTH]: { flags: 0 },
};

/** In 3.1 SUBSCRIBE, UNSUBSCRIBE and PUBREL go with QoS 1, and DUP marks those that are sent again. */
const DUP = 0b1000;

/** Throws unless `sender` may begin a packet with this byte: everything that can be refused before another one is read. */
export function checkFirstByte(first: number, version: ProtocolVersion, sender: Sender): void {
  const type = (first >> 4) as PacketType;
  if (type === PacketType.PUBLISH) return;
  const header = FIXED_HEADERS[type] as FixedHeader | undefined;
  if (header === undefined || (type === PacketType.AUTH && version !== ProtocolVersion.V5_0)) {
    throw new ProtocolError(
      ReasonCode.MALFORMED_PACKET,
      `packet type ${type} does not exist in ${protocolVersionName(version)}`,
    );
  }
  const flags = first & 0x0f;
  if (flags !== header.flags) {
    const isResent = version === ProtocolVersion.V3_1 && header.flags !== 0 && flags === (header.flags | DUP);
    if (!isResent) throw malformed(type, `reserved flags ${flags}`); // [MQTT-2.1.3-1]
  }
  if (header.sender !== undefined && header.sender !== sender) {
    throw violation(type, `only a ${header.sender} may send it`);
  }
  // [MQTT-3.14.0-1] of 3.1.1: servers just close.
  if (type === PacketType.DISCONNECT && sender === "server" && version !== ProtocolVersion.V5_0) {
    throw violation(type, `only a client may send it in ${protocolVersionName(version)}`);
  }
}

const TLS_HANDSHAKE = 0x16;
const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "OPTIONS", "DELETE"].map((method) => method.charCodeAt(0));

/** [MQTT-3.1.0-1] What is wrong with a connection that begins with this byte instead of a CONNECT. */
export function notConnect(first: number): ProtocolError {
  const type = (first >> 4) as PacketType;
  if (type === PacketType.CONNECT) {
    return new ProtocolError(
      ReasonCode.MALFORMED_PACKET,
      `CONNECT: reserved flags ${first & 0x0f}`,
      first === TLS_HANDSHAKE ? { hint: "this looks like TLS on a port for plain MQTT" } : {},
    );
  }
  const name = (type as number) === 0 ? "a reserved packet type" : packetName(type);
  return new ProtocolError(
    ReasonCode.PROTOCOL_ERROR,
    `the first packet is ${name} instead of CONNECT`,
    HTTP_METHODS.includes(first) ? { hint: "this looks like HTTP on a port for plain MQTT" } : {},
  );
}
