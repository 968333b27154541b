import { type Packet, PacketParser, type ProtocolVersion } from "../../../src/codec/index.ts";
import { bytes } from "./notation.ts";
import { OPENINGS } from "./openings.ts";
import { type Role, UNLIMITED } from "./wire-case.ts";

export interface Parsed {
  readonly packets: readonly Packet[];
  /** What a push threw first; nothing was thrown where this is undefined. */
  readonly error: unknown;
  readonly version: ProtocolVersion;
}

export interface ParseOptions {
  readonly role: Role;
  readonly version: ProtocolVersion;
  /** The chunks begin a connection. Otherwise a server is given the client's CONNECT before, which is not reported. */
  readonly opensConnection?: boolean;
  readonly maximumPacketSize?: number;
}

/** What a new parser makes of these chunks; every chunk is pushed, also behind an error. */
export function parse(chunks: Iterable<Buffer>, options: ParseOptions): Parsed {
  const { role, version, opensConnection = false, maximumPacketSize = UNLIMITED } = options;
  const packets: Packet[] = [];
  const parser = new PacketParser({
    role,
    ...(role === "client" ? { version } : {}),
    maximumPacketSize,
    onPublish: (frame) => {
      packets.push(frame.decode());
    },
    onPacket: (packet) => {
      packets.push(packet);
    },
  });
  if (role === "server" && !opensConnection) {
    parser.push(bytes(OPENINGS[version]));
    packets.length = 0;
  }
  let error: unknown;
  for (const chunk of chunks) {
    try {
      parser.push(chunk);
    } catch (thrown) {
      error ??= thrown;
    }
  }
  return { packets, error, version: parser.version };
}
