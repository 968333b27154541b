const PAGE_BITS = 12;
const PAGE_WORDS = (1 << PAGE_BITS) / 32;

/**
 * The receiving side of QoS 2 (4.3.3, method B): a message is delivered at its first PUBLISH, and only its packet id is
 * kept until PUBREL, across reconnects. One bit per packet id, in pages that exist once they are needed.
 */
export class Receiver {
  private pages: (Uint32Array | undefined)[] | undefined;
  private count = 0;

  /** Packet ids that wait for their PUBREL. */
  get unreleased(): number {
    return this.count;
  }

  /** True when a message with this id was received and not yet released: another PUBLISH with it is a retransmission. */
  has(id: number): boolean {
    const page = this.pages?.[id >>> PAGE_BITS];
    return page !== undefined && ((page[(id >>> 5) & (PAGE_WORDS - 1)] as number) & (1 << (id & 31))) !== 0;
  }

  /** A PUBLISH arrived. True for a new message; false for a retransmission, which must not be delivered [MQTT-4.3.3-10]. */
  receive(id: number): boolean {
    if (this.has(id)) {
      return false;
    }
    this.pages ??= [];
    let page = this.pages[id >>> PAGE_BITS];
    if (page === undefined) {
      page = new Uint32Array(PAGE_WORDS);
      this.pages[id >>> PAGE_BITS] = page;
    }
    page[(id >>> 5) & (PAGE_WORDS - 1)] = (page[(id >>> 5) & (PAGE_WORDS - 1)] as number) | (1 << (id & 31));
    this.count += 1;
    return true;
  }

  /** A PUBREL arrived. False when the id is not known (PUBCOMP 0x92). */
  release(id: number): boolean {
    if (!this.has(id)) {
      return false;
    }
    const page = this.pages?.[id >>> PAGE_BITS] as Uint32Array;
    page[(id >>> 5) & (PAGE_WORDS - 1)] = (page[(id >>> 5) & (PAGE_WORDS - 1)] as number) & ~(1 << (id & 31));
    this.count -= 1;
    return true;
  }
}
