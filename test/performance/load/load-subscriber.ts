import { PacketType, type QoS } from "../../../src/codec/index.ts";
import type { Latencies } from "./latencies.ts";
import type { LoadPlan } from "./load-plan.ts";
import type { LoadPublisher } from "./load-publisher.ts";
import { RawConnection } from "./raw-connection.ts";

/** What all subscribers of a load share. */
export interface Reception {
  readonly publishers: readonly LoadPublisher[];
  readonly latencies: Latencies | undefined;
  received: number;
  disordered: number;
  /** Not of this load, or changed on the way. */
  foreign: number;
  /** A publisher has room for more. */
  delivered(publisher: LoadPublisher): void;
}

/** Receives, acknowledges, and checks order: the messages of one publisher come with growing numbers. */
export class LoadSubscriber extends RawConnection {
  private readonly reception: Reception;
  private readonly plan: LoadPlan;
  private readonly size: number;
  private readonly next: Uint32Array;
  /** With wildcards a subscriber gets every so many messages of a publisher, not all. */
  private readonly isGapless: boolean;

  constructor(port: number, plan: LoadPlan, reception: Reception, onLost: (reason: string) => void) {
    super(port, plan.subscriberVersion, onLost);
    this.plan = plan;
    this.reception = reception;
    this.size = plan.size;
    this.isGapless = plan.shape !== "wildcards";
    this.next = new Uint32Array(plan.publishers);
  }

  async subscribe(filters: readonly string[], qos: QoS): Promise<void> {
    const properties = this.plan.extra === "identifier" ? { subscriptionIdentifier: 1 } : {};
    const options = { qos, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    for (const [index, filter] of filters.entries()) {
      const suback = this.answer(PacketType.SUBACK);
      const subscriptions = [{ filter, ...options }];
      this.send({ type: PacketType.SUBSCRIBE, packetId: index + 1, properties, subscriptions });
      await suback;
    }
  }

  protected unblocked(): void {}

  protected onBatch(): void {}

  protected onFrame(firstByte: number, bytes: Buffer, body: number, end: number): void {
    if (firstByte >> 4 !== PacketType.PUBLISH) {
      // PUBREL
      this.acknowledge(0x70, bytes[body] as number, bytes[body + 1] as number);
      return;
    }
    const { reception } = this;
    const qos = (firstByte >> 1) & 3;
    let at = body + 2 + (((bytes[body] as number) << 8) | (bytes[body + 1] as number));
    if (qos > 0) {
      this.acknowledge(qos === 1 ? 0x40 : 0x50, bytes[at] as number, bytes[at + 1] as number);
      at += 2;
    }
    if (this.plan.subscriberVersion === 5) {
      at = behindProperties(bytes, at);
    }
    const publisher = reception.publishers[uint32(bytes, at)];
    if (publisher === undefined || end - at !== this.size) {
      reception.foreign += 1;
      return;
    }
    const number = uint32(bytes, at + 4);
    const expected = this.next[publisher.index] as number;
    if (this.isGapless ? number !== expected : number < expected) {
      reception.disordered += 1;
    }
    this.next[publisher.index] = number + 1;
    reception.received += 1;
    reception.latencies?.record(bytes.readDoubleLE(at + 8));
    publisher.delivered += 1;
    reception.delivered(publisher);
  }
}

/** Where what follows the properties begins, whose length stands at `at`. */
function behindProperties(bytes: Buffer, at: number): number {
  const low = bytes[at] as number;
  return low < 128 ? at + 1 + low : at + 2 + (low & 127) + ((bytes[at + 1] as number) << 7);
}

function uint32(bytes: Buffer, at: number): number {
  return (
    ((bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)) >>>
    0
  );
}
