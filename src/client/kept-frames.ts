import { PacketWriter } from "../codec/index.ts";

const SLAB_SIZE = 64 * 1024;
/** Emptied slabs that wait to be used again. */
const SPARE_SLABS = 4;

interface Slab {
  readonly writer: PacketWriter;
  /** Frames in it that are still needed. */
  live: number;
}

/**
 * PUBLISH frames in flight, kept to be sent again after a reconnect. They lie one behind the other in slabs that are
 * used again when all of their frames are done, so that keeping a message costs no allocation.
 */
export class KeptFrames {
  private readonly slabs: (Slab | undefined)[] = [];
  private readonly starts: number[] = [];
  private readonly lengths: number[] = [];
  private current: Slab = newSlab(SLAB_SIZE);
  private readonly spare: Slab[] = [];

  /** Where the frame of this packet id, with exactly this length, is to be written. */
  open(id: number, length: number): PacketWriter {
    let slab = this.current;
    if (slab.writer.position + length > slab.writer.bytes.length) {
      slab = length > SLAB_SIZE ? newSlab(length) : (this.spare.pop() ?? newSlab(SLAB_SIZE));
      if (length <= SLAB_SIZE) this.current = slab;
    }
    slab.live += 1;
    this.slabs[id] = slab;
    this.starts[id] = slab.writer.position;
    this.lengths[id] = length;
    return slab.writer;
  }

  bytesOf(id: number): Buffer {
    return (this.slabs[id] as Slab).writer.bytes;
  }

  startOf(id: number): number {
    return this.starts[id] as number;
  }

  endOf(id: number): number {
    return (this.starts[id] as number) + (this.lengths[id] as number);
  }

  /** The message is with its receiver. */
  release(id: number): void {
    const slab = this.slabs[id];
    if (slab === undefined) return;
    this.slabs[id] = undefined;
    slab.live -= 1;
    if (slab.live > 0) return;
    slab.writer.reset();
    const isReusable = slab !== this.current && slab.writer.bytes.length === SLAB_SIZE;
    if (isReusable && this.spare.length < SPARE_SLABS) this.spare.push(slab);
  }
}

function newSlab(size: number): Slab {
  return { writer: new PacketWriter(size), live: 0 };
}
