import { type PubackPacket, type PubcompPacket, type PubrecPacket, ReasonCode } from "../codec/index.ts";
import type { PacketConnection } from "../connection/index.ts";
import type { MqtkError } from "../errors.ts";
import { HandOver } from "./hand-over.ts";
import { InFlight, type InFlightOptions, type PublishWaiter } from "./in-flight.ts";
import type { MessageEnvelope, OutgoingMessage } from "./options.ts";
import { PublishEncoder } from "./publish-encoder.ts";
import { Queue } from "./queue.ts";
import { refusalOfPublish, refusedPublish, type ServerLimits } from "./server-limits.ts";

/** Larger payloads are referenced instead of copied; the outbox draws the line at the same size. */
const COPY_LIMIT = 16 * 1024;
/** While this much waits for the network, there is no room for more. */
const HIGH_WATER = 1024 * 1024;
/** After this many bytes in one go the event loop gets its turn, however willing the network is. */
const TURN_BUDGET = 1024 * 1024;
const NOBODY = 3;

export interface PublishingOptions extends InFlightOptions {
  /** In flight at once, at most. */
  readonly maximumInFlight: number;
  onReady(): void;
}

interface WaitingMessage extends PublishWaiter {
  readonly message: OutgoingMessage;
}

/** The sending side of a client: what is published, from the call until it is handed over or in flight, and when there is room for it. */
export class Publishing {
  private readonly options: PublishingOptions;
  private readonly encoder: PublishEncoder;
  private readonly inFlight: InFlight;
  /** Published with `publish` while there was no room, in order. */
  private readonly waiting = new Queue<WaitingMessage>();
  private connection: PacketConnection | undefined;
  private handOver: HandOver | undefined;
  private limits!: ServerLimits;
  private turnBytes = 0;
  private turnIsOver = false;
  private isAcknowledged = false;
  /** The lowest QoS for which `tryPublish` found no room since `onReady` was last called. */
  private roomWantedFor = NOBODY;

  constructor(options: PublishingOptions) {
    this.options = options;
    this.encoder = new PublishEncoder(options.version);
    this.inFlight = new InFlight(options);
  }

  /** Publishes `bytes[from, to)` now, or answers false: there is no room, and `onReady` will tell when there is. */
  tryPublish(message: MessageEnvelope, bytes: Uint8Array, from: number, to: number, token: number): boolean {
    if (this.waiting.length === 0 && this.attempt(message, bytes, from, to, token, undefined)) return true;
    this.roomWantedFor = Math.min(this.roomWantedFor, message.qos);
    return false;
  }

  /** Publishes as soon as there is room, behind what waits already. */
  publish(message: OutgoingMessage): Promise<ReasonCode> {
    return new Promise((resolve, reject) => {
      const waiting = { message, resolve, reject };
      if (this.waiting.length > 0 || !this.attemptWaiting(waiting)) this.waiting.push(waiting);
    });
  }

  /** Calls back when the network has taken everything published so far; with an error if the connection was lost before. */
  whenHandedOver(callback: (lost?: MqtkError) => void): void {
    if (this.handOver === undefined) callback();
    else this.handOver.add(callback);
  }

  /** A connection is there. Without a resumed session, what was in flight is published anew. */
  connected(connection: PacketConnection, limits: ServerLimits, isResumed: boolean): void {
    this.connection = connection;
    this.handOver = new HandOver(connection);
    this.limits = limits;
    this.turnBytes = 0;
    this.encoder.connect(limits);
    const maximum = Math.min(limits.receiveMaximum, this.options.maximumInFlight);
    this.inFlight.connected(connection, limits, isResumed, maximum);
    this.madeRoom();
  }

  /** The connection is gone, and another may come. */
  disconnected(cause: MqtkError): void {
    this.connection = undefined;
    this.inFlight.disconnected();
    this.handOver?.fail(cause);
    this.handOver = undefined;
  }

  /** No connection will come any more. */
  end(cause: MqtkError): void {
    this.disconnected(cause);
    const orphans = [...this.inFlight.takeWaiters(), ...this.waiting.takeAll()];
    for (const waiter of orphans) waiter.reject(cause);
  }

  puback(packet: PubackPacket): void {
    this.inFlight.puback(packet);
    this.acknowledged();
  }

  pubrec(packet: PubrecPacket): void {
    this.inFlight.pubrec(packet);
    this.acknowledged();
  }

  pubcomp(packet: PubcompPacket): void {
    this.inFlight.pubcomp(packet);
    this.acknowledged();
  }

  /** Bytes have left, acknowledgements have come, a turn has begun: what waited may go on. */
  madeRoom(): void {
    this.inFlight.resend();
    for (let next = this.waiting.first; next !== undefined; next = this.waiting.first) {
      try {
        if (!this.attemptWaiting(next)) return;
      } catch (error) {
        next.reject(error as Error);
      }
      this.waiting.shift();
    }
    if (this.roomWantedFor !== NOBODY && this.hasRoom(this.roomWantedFor)) {
      this.roomWantedFor = NOBODY;
      this.options.onReady();
    }
  }

  /** The network has taken what it was given. */
  drained(): void {
    this.handOver?.check();
    this.madeRoom();
  }

  /** What waits goes on once for all acknowledgements that came together, instead of one message for each. */
  private acknowledged(): void {
    if (this.isAcknowledged) return;
    this.isAcknowledged = true;
    // queueMicrotask would make an AsyncResource each time, and loads what that takes at the start.
    process.nextTick(() => {
      this.isAcknowledged = false;
      this.madeRoom();
    });
  }

  private attemptWaiting(waiting: WaitingMessage): boolean {
    const { message } = waiting;
    return this.attempt(message, message.payload, 0, message.payload.length, 0, waiting);
  }

  /** False: no room. Throws for what must not be sent at all. */
  private attempt(
    message: MessageEnvelope,
    bytes: Uint8Array,
    from: number,
    to: number,
    token: number,
    waiter: PublishWaiter | undefined,
  ): boolean {
    const { qos } = message;
    const connection = this.connection;
    if (connection === undefined || !this.hasRoom(qos)) return false;
    const preparation = this.encoder.prepare(message, to - from);
    const { length } = preparation;
    const refusal = refusalOfPublish(this.limits, qos, message.retain, length);
    if (refusal !== ReasonCode.SUCCESS) throw refusedPublish(this.limits, message.topic, refusal, length);

    const id = qos === 0 ? 0 : this.inFlight.admit(qos, token, waiter);
    if (qos !== 0 && id === 0) return false;
    this.turnBytes += length;
    this.options.pinger.hasSent = true;

    const keeper = id === 0 ? undefined : this.inFlight.keep(id, length);
    if (keeper !== undefined) {
      this.encoder.writeHead(keeper, message, preparation, id);
      keeper.raw(bytes, from, to);
      if (!this.encoder.usesAliases) {
        this.inFlight.sendKept(id);
        return true;
      }
    }
    const { outbox } = connection;
    const writer = outbox.open();
    this.encoder.writeHeadForWire(writer, message, preparation, id);
    if (to - from <= COPY_LIMIT) writer.raw(bytes, from, to);
    else outbox.sendRange(asBuffer(bytes), from, to);
    if (waiter !== undefined && id === 0) this.resolveWhenHandedOver(waiter);
    return true;
  }

  private hasRoom(qos: number): boolean {
    const connection = this.connection;
    if (connection === undefined || (qos !== 0 && !this.inFlight.canAdmit)) return false;
    if (this.turnBytes >= TURN_BUDGET) {
      this.endTurn();
      return false;
    }
    return connection.pending < HIGH_WATER;
  }

  private endTurn(): void {
    if (this.turnIsOver) return;
    this.turnIsOver = true;
    setImmediate(() => {
      this.turnIsOver = false;
      this.turnBytes = 0;
      this.madeRoom();
    });
  }

  private resolveWhenHandedOver(waiter: PublishWaiter): void {
    this.whenHandedOver((lost) => {
      if (lost === undefined) waiter.resolve(ReasonCode.SUCCESS);
      else waiter.reject(lost);
    });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
