import { encodePacket, PacketType, type PublishProperties } from "../../../src/codec/index.ts";
import { type Extra, FILTERS, type LoadPlan, topicOf } from "./load-plan.ts";
import { RawConnection } from "./raw-connection.ts";

/** Frames that are written at once, at most. */
const BLOCK_BYTES = 256 * 1024;
const MAXIMUM_ID = 65_535;

const State = { FREE: 0, SENT: 1, RECEIVED: 2 } as const;

/**
 * Publishes frames that were encoded beforehand: a block of copies, in which only number, packet id and the like are
 * changed before it is written.
 */
export class LoadPublisher extends RawConnection {
  readonly index: number;
  /** Of its messages, by anybody. */
  delivered = 0;
  sent = 0;
  /** Acknowledgements that were not expected. */
  confused = 0;
  /** It is in the list of those that may go on. */
  isReady = false;
  isStopped = false;
  private unacknowledged = 0;
  private packetId = 0;
  private readonly states = new Uint8Array(MAXIMUM_ID + 1);
  private readonly plan: LoadPlan;
  private readonly receivers: number;
  private readonly block: Buffer;
  private readonly frameLength: number;
  private readonly capacity: number;
  private readonly idOffset: number;
  private readonly payloadOffset: number;
  private readonly onProgress: () => void;

  constructor(
    port: number,
    index: number,
    plan: LoadPlan,
    onProgress: (publisher: LoadPublisher) => void,
    onLost: (reason: string) => void,
  ) {
    super(port, plan.publisherVersion, onLost);
    this.index = index;
    this.plan = plan;
    this.onProgress = () => onProgress(this);
    this.receivers = plan.shape === "fan-out" ? plan.subscribers : 1;
    const frame = frameOf(plan, index, plan.extra !== "alias");
    this.frameLength = frame.length;
    this.payloadOffset = frame.length - plan.size;
    this.idOffset = this.payloadOffset - lengthOfProperties(plan) - 2;
    this.capacity = Math.max(1, Math.floor(BLOCK_BYTES / frame.length));
    this.block = Buffer.concat(new Array<Buffer>(this.capacity).fill(frame));
  }

  get isAcknowledged(): boolean {
    return this.unacknowledged === 0;
  }

  /** Publishes as much as the windows allow, in batches: not before half of what may be outstanding has come. */
  fill(): void {
    const { qos, outstanding } = this.plan;
    if (this.sent === 0 && this.plan.extra === "alias") {
      this.introduceAlias();
    }
    const room = this.room;
    if (qos === 0 && room * 2 < outstanding) {
      return;
    }
    for (let left = room; left > 0 && !this.isBlocked && !this.isStopped; ) {
      const count = Math.min(left, this.capacity);
      for (let slot = 0; slot < count; slot += 1) {
        this.stamp(slot);
      }
      this.write(this.block.subarray(0, count * this.frameLength));
      left -= count;
    }
  }

  /** The first message has topic and alias, all others only the alias. */
  private introduceAlias(): void {
    this.write(frameOf(this.plan, this.index, true));
    this.sent = 1;
  }

  /** Publishes one message with its intended time, if the windows allow it. */
  publishOne(intended: number): boolean {
    if (this.isBlocked || this.room === 0) {
      return false;
    }
    this.stamp(0);
    this.block.writeDoubleLE(intended, this.payloadOffset + 8);
    this.write(this.block.subarray(0, this.frameLength));
    return true;
  }

  protected unblocked(): void {
    this.onProgress();
  }

  protected onBatch(): void {
    this.onProgress();
  }

  protected onFrame(firstByte: number, bytes: Buffer, body: number): void {
    const high = bytes[body] as number;
    const low = bytes[body + 1] as number;
    const id = (high << 8) | low;
    const state = this.states[id];
    const type = firstByte >> 4;
    if (type === PacketType.PUBREC && state === State.SENT) {
      this.states[id] = State.RECEIVED;
      this.acknowledge(0x62, high, low);
    } else if (
      (type === PacketType.PUBACK && state === State.SENT && this.plan.qos === 1) ||
      (type === PacketType.PUBCOMP && state === State.RECEIVED)
    ) {
      this.states[id] = State.FREE;
      this.unacknowledged -= 1;
    } else {
      this.confused += 1;
    }
  }

  private get room(): number {
    const { qos, outstanding, window } = this.plan;
    const undelivered = this.sent - Math.floor(this.delivered / this.receivers);
    const room = Math.max(0, outstanding - undelivered);
    return qos === 0 ? room : Math.min(room, window - this.unacknowledged);
  }

  /** Makes the frame in this slot of the block the next message. */
  private stamp(slot: number): void {
    const { block, plan } = this;
    const start = slot * this.frameLength;
    const at = start + this.payloadOffset + 4;
    const number = this.sent;
    block[at] = number;
    block[at + 1] = number >>> 8;
    block[at + 2] = number >>> 16;
    block[at + 3] = number >>> 24;
    this.sent = number + 1;
    if (plan.qos > 0) {
      const id = this.nextId();
      block[start + this.idOffset] = id >>> 8;
      block[start + this.idOffset + 1] = id;
      this.unacknowledged += 1;
    }
    if (plan.shape === "wildcards") {
      const device = (number * plan.publishers + this.index) % FILTERS;
      const end = start + this.idOffset + (plan.qos > 0 ? 0 : 2) - "/x".length;
      for (let digit = 1, rest = device; digit <= 5; digit += 1, rest = Math.floor(rest / 10)) {
        block[end - digit] = 0x30 + (rest % 10);
      }
    }
  }

  private nextId(): number {
    do {
      this.packetId = (this.packetId % MAXIMUM_ID) + 1;
    } while (this.states[this.packetId] !== State.FREE);
    this.states[this.packetId] = State.SENT;
    return this.packetId;
  }
}

const EXTRAS: Readonly<Record<Extra, PublishProperties>> = {
  alias: { topicAlias: 1 },
  expiry: { messageExpiryInterval: 3600 },
  user: {
    userProperties: [
      ["source", "bench"],
      ["unit", "ms"],
    ],
  },
  identifier: {},
};

/** Bytes of the properties with their length, between packet id and payload. */
function lengthOfProperties(plan: LoadPlan): number {
  const plain = { ...plan, publisherVersion: 4, extra: undefined } as const;
  return frameOf(plan, 0, true).length - frameOf(plain, 0, true).length;
}

function frameOf(plan: LoadPlan, publisher: number, hasTopic: boolean): Buffer {
  const payload = Buffer.alloc(plan.size, "x");
  payload.writeUInt32LE(publisher, 0);
  payload.writeUInt32LE(0, 4);
  const packet = {
    type: PacketType.PUBLISH,
    dup: false,
    qos: plan.qos,
    retain: false,
    topic: hasTopic ? topicOf(plan.shape, publisher) : "",
    packetId: plan.qos === 0 ? undefined : 1,
    properties: plan.extra === undefined ? {} : EXTRAS[plan.extra],
    payload,
  };
  return encodePacket(packet, plan.publisherVersion);
}
