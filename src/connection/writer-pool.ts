import { PacketWriter } from "../codec/index.ts";

const WRITER_SIZE = 16 * 1024;
const POOLED_WRITERS = 64;
/** Writers that have grown beyond this are not kept. */
const LARGEST = 256 * 1024;

/** Writers are lent to connections that have something to say; idle connections own none. */
const idleWriters: PacketWriter[] = [];

export function borrowWriter(): PacketWriter {
  return idleWriters.pop() ?? new PacketWriter(WRITER_SIZE);
}

export function giveBack(writer: PacketWriter): void {
  if (idleWriters.length < POOLED_WRITERS && writer.bytes.length <= LARGEST) {
    writer.reset();
    idleWriters.push(writer);
  }
}
