import type { QoS } from "../codec/index.ts";
import { PacketIds } from "./packet-ids.ts";

/** Where a message in flight stands (4.3). */
export const InFlightState = {
  NONE: 0,
  AWAITS_PUBACK: 1,
  AWAITS_PUBREC: 2,
  AWAITS_PUBCOMP: 3,
} as const;
export type InFlightState = (typeof InFlightState)[keyof typeof InFlightState];

const RECEIVE_MAXIMUM = 65_535;
/** Beside its state: not yet sent again over the connection of the moment, so no part of its quota. */
const UNSENT = 0x80;
/** The tables of who never had anything in flight; most connections never have. */
const NO_STATES = new Uint8Array(0);
const NO_IDS = new Uint16Array(0);

/**
 * The sending side of QoS 1 and 2 (4.3, 4.4, 4.9) as plain state: which messages are in flight, in which order, and how
 * many more may be. It sends nothing itself and has no queue: what is not admitted stays where it was.
 */
export class Sender<Item> {
  readonly packetIds: PacketIds;
  private states = NO_STATES;
  private items: (Item | undefined)[] = [];
  /** The order in which messages were admitted, as a doubly linked list through packet ids; 0 ends it. */
  private next = NO_IDS;
  private previous = NO_IDS;
  private first = 0;
  private last = 0;
  private size = 0;
  private quota = RECEIVE_MAXIMUM;
  private receiveMaximum = RECEIVE_MAXIMUM;
  /** The next message to be sent again after a reconnect; 0: all were. */
  private resendFrom = 0;

  /** `packetIds`: shared with other requests that take their identifiers from the same space (2.2.1). */
  constructor(packetIds = new PacketIds()) {
    this.packetIds = packetIds;
  }

  /** Messages in flight. */
  get inFlight(): number {
    return this.size;
  }

  /** True when `admit` would give a packet id. */
  get canAdmit(): boolean {
    return this.quota > 0 && this.resendFrom === 0;
  }

  /**
   * Starts a Network Connection whose peer takes `receiveMaximum` unacknowledged messages [MQTT-4.9.0-1].
   * What is in flight has to be sent again, in order, before anything else is admitted: see `resend`.
   */
  connect(receiveMaximum: number): void {
    this.receiveMaximum = receiveMaximum;
    this.quota = receiveMaximum;
    this.resendFrom = this.first;
    for (const id of this) {
      this.states[id] = (this.states[id] as number) | UNSENT;
    }
  }

  /** Puts a message in flight. Gives its packet id, or 0 when the peer's quota is used up: it has to wait. */
  admit(item: Item | undefined, qos: QoS): number {
    if (!this.canAdmit) {
      return 0;
    }
    const id = this.packetIds.take();
    if (id === 0) {
      return 0;
    }
    if (id >= this.states.length) {
      this.grow();
    }
    this.states[id] = qos === 1 ? InFlightState.AWAITS_PUBACK : InFlightState.AWAITS_PUBREC;
    this.items[id] = item;
    this.append(id);
    this.quota -= 1;
    return id;
  }

  /** Where the message with this packet id stands. */
  stateOf(id: number): InFlightState {
    return ((this.states[id] ?? InFlightState.NONE) & ~UNSENT) as InFlightState;
  }

  itemOf(id: number): Item | undefined {
    return this.items[id];
  }

  /** PUBACK, PUBCOMP, or a PUBREC that refuses [MQTT-4.3.3-9]: the message is done, its id free. */
  finish(id: number): void {
    if (((this.states[id] as number) & UNSENT) === 0) {
      this.quota = Math.min(this.quota + 1, this.receiveMaximum);
    } else if (this.resendFrom === id) {
      this.resendFrom = this.next[id] as number;
    }
    this.states[id] = InFlightState.NONE;
    this.items[id] = undefined;
    this.remove(id);
    this.packetIds.release(id);
  }

  /** PUBREC: the receiver owns the message; only PUBREL may follow [MQTT-4.3.3-6], so the message itself is let go. */
  received(id: number): void {
    this.states[id] = InFlightState.AWAITS_PUBCOMP | ((this.states[id] as number) & UNSENT);
    this.items[id] = undefined;
  }

  /**
   * After `connect`: the next packet id to send again — its PUBLISH with DUP, or its PUBREL, as `stateOf` tells — in the
   * order of the first sending [MQTT-4.4.0-1]. 0: nothing is left, or the quota allows no more for now.
   */
  resend(): number {
    const id = this.resendFrom;
    if (id === 0 || this.quota === 0) {
      return 0;
    }
    this.resendFrom = this.next[id] as number;
    this.states[id] = this.stateOf(id);
    this.quota -= 1;
    return id;
  }

  /** All packet ids in flight, in order. */
  *[Symbol.iterator](): Generator<number> {
    for (let id = this.first; id !== 0; id = this.next[id] as number) {
      yield id;
    }
  }

  private append(id: number): void {
    this.next[id] = 0;
    this.previous[id] = this.last;
    if (this.last === 0) {
      this.first = id;
    } else {
      this.next[this.last] = id;
    }
    this.last = id;
    this.size += 1;
  }

  private remove(id: number): void {
    const before = this.previous[id] as number;
    const after = this.next[id] as number;
    if (before === 0) {
      this.first = after;
    } else {
      this.next[before] = after;
    }
    if (after === 0) {
      this.last = before;
    } else {
      this.previous[after] = before;
    }
    this.size -= 1;
  }

  private grow(): void {
    const length = this.packetIds.highest + 1;
    this.states = enlarged(this.states, new Uint8Array(length));
    this.next = enlarged(this.next, new Uint16Array(length));
    this.previous = enlarged(this.previous, new Uint16Array(length));
  }
}

function enlarged<Table extends Uint8Array | Uint16Array>(table: Table, larger: Table): Table {
  larger.set(table);
  return larger;
}
