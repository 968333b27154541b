import type { QoS } from "../../codec/index.ts";
import { InFlightState, Sender } from "../../delivery/index.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { Delivery } from "./message-queue.ts";

/** QoS 1 and 2 messages that were sent to one client and are not done, with what is kept of them to be sent again. */
export class InFlight {
  private readonly sender = new Sender<Delivery>();
  /** Bytes of what is kept. */
  private kept = 0;
  private readonly maximumBytes: number;
  private readonly memory: MemoryBudget;

  constructor(maximumBytes: number, memory: MemoryBudget) {
    this.maximumBytes = maximumBytes;
    this.memory = memory;
  }

  /** The client takes no more before it acknowledges something. */
  get isQuotaUsed(): boolean {
    return !this.sender.canAdmit;
  }

  /** One more may be in flight: the client takes it, and what would have to be kept of it stays within the limits. */
  get canAdmit(): boolean {
    return this.sender.canAdmit && (this.kept === 0 || (this.kept < this.maximumBytes && !this.memory.isExhausted));
  }

  stateOf(packetId: number): InFlightState {
    return this.sender.stateOf(packetId);
  }

  itemOf(packetId: number): Delivery | undefined {
    return this.sender.itemOf(packetId);
  }

  /** A Network Connection begins: everything in flight is to be sent again, as `resend` gives it. */
  connect(receiveMaximum: number): void {
    this.sender.connect(receiveMaximum);
  }

  resend(): number {
    return this.sender.resend();
  }

  /** Puts a message in flight, if `canAdmit`, and gives its packet id. `delivery`: where it may have to be sent again. */
  admit(delivery: Delivery | undefined, qos: QoS): number {
    if (delivery !== undefined) {
      this.kept += delivery.message.size;
      this.memory.hold(delivery.message);
    }
    return this.sender.admit(delivery, qos);
  }

  /** The client owns the message, only its packet id is kept. */
  received(packetId: number): void {
    this.letGo(packetId);
    this.sender.received(packetId);
  }

  /** The message is done. */
  finish(packetId: number): void {
    this.letGo(packetId);
    this.sender.finish(packetId);
  }

  /** The session is over: nothing is sent again. */
  discard(): void {
    for (const packetId of this.sender) {
      this.letGo(packetId);
    }
  }

  /** Messages of Shared Subscriptions that another member may get: QoS 1, not acknowledged [MQTT-4.8.2-4] [MQTT-4.8.2-5]. */
  *redistributable(): Generator<Delivery> {
    for (const packetId of this.sender) {
      const delivery = this.sender.itemOf(packetId);
      if (delivery?.group !== undefined && this.sender.stateOf(packetId) === InFlightState.AWAITS_PUBACK) {
        yield delivery;
      }
    }
  }

  private letGo(packetId: number): void {
    const delivery = this.sender.itemOf(packetId);
    if (delivery !== undefined) {
      this.kept -= delivery.message.size;
      this.memory.release(delivery.message);
    }
  }
}
