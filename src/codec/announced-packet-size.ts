import { PacketType } from "./packet.ts";
import { PacketReader } from "./packet-reader.ts";
import { type PropertyType, typeOfProperty } from "./properties.ts";

const MAXIMUM_PACKET_SIZE = 0x27;

/**
 * The Maximum Packet Size in a CONNECT that is refused, so that the refusal keeps to it [MQTT-3.1.2-24]. Its properties
 * begin at `start`; they are read as far as that is possible, whatever else is wrong with them. `undefined`: none was found.
 */
export function announcedPacketSize(bytes: Buffer, start: number, end: number): number | undefined {
  const reader = new PacketReader().open(PacketType.CONNECT, bytes, start, end);
  let smallest: number | undefined;
  try {
    reader.enter(Math.min(reader.varint(), reader.remaining));
    while (reader.remaining > 0) {
      const id = reader.varint();
      const type = typeOfProperty(id);
      if (type === undefined) break;
      const value = skip(reader, type);
      if (id === MAXIMUM_PACKET_SIZE && value > 0) smallest = Math.min(value, smallest ?? value);
    }
  } catch {
    // It ends too early: what it says of this has been read, or never will be.
  }
  return smallest;
}

function skip(reader: PacketReader, type: PropertyType): number {
  switch (type) {
    case "bit":
    case "flag":
      return reader.uint8();
    case "uint16":
      return reader.uint16();
    case "uint32":
      return reader.uint32();
    case "varint":
      return reader.varint();
    case "pair":
      reader.skipBinary();
      return reader.skipBinary();
    case "utf8":
    case "binary":
      return reader.skipBinary();
    default:
      return type satisfies never;
  }
}
