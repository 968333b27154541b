import {
  NO_PROPERTIES,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  type PubackPacket,
  type PubcompPacket,
  type PubrecPacket,
  ReasonCode,
} from "../codec/index.ts";
import type { PacketConnection } from "../connection/index.ts";
import { InFlightState, type PacketIds, Sender } from "../delivery/index.ts";
import type { MqtkError } from "../errors.ts";
import { RefusedError } from "./errors.ts";
import { HandOver } from "./hand-over.ts";
import { KeptFrames } from "./kept-frames.ts";
import type { OutgoingMessage } from "./options.ts";
import type { Pinger } from "./pinger.ts";
import { PublishEncoder } from "./publish-encoder.ts";
import { Queue } from "./queue.ts";
import { refusalOfPublish, refusedPublish, type ServerLimits } from "./server-limits.ts";

/** Larger payloads are referenced instead of copied; the outbox draws the line at the same size. */
const COPY_LIMIT = 16 * 1024;
/** While this much waits for the network, there is no room for more. */
const HIGH_WATER = 1024 * 1024;
/** After this many bytes in one go the event loop gets its turn, however willing the network is. */
const TURN_BUDGET = 1024 * 1024;

const PUBREL_FIRST_BYTE = (PacketType.PUBREL << 4) | 0x02;
const DUP = 0x08;
const NOBODY = 3;

/** Whoever awaits the end of one publish. */
export interface PublishWaiter {
  resolve(reasonCode: ReasonCode): void;
  reject(error: Error): void;
}

export interface PublishingOptions {
  readonly version: ProtocolVersion;
  readonly packetIds: PacketIds;
  /** In flight at once, at most. */
  readonly maximumInFlight: number;
  /** Messages in flight are kept, to be sent again on the next connection. */
  readonly keepsMessages: boolean;
  readonly pinger: Pinger;
  onPublished(token: number, reasonCode: ReasonCode, reasonString: string | undefined): void;
  onReady(): void;
}

interface WaitingMessage extends PublishWaiter {
  readonly message: OutgoingMessage;
}

/** The sending side of a client: what is published, from the call to its last acknowledgement, across connections. */
export class Publishing {
  private readonly options: PublishingOptions;
  private readonly encoder: PublishEncoder;
  private readonly sender: Sender<PublishWaiter>;
  private readonly kept: KeptFrames | undefined;
  /** By packet id: the token of `tryPublish`, who waits for `publish`, what PUBREC said. */
  private readonly tokens: number[] = [];
  private readonly waiters: (PublishWaiter | undefined)[] = [];
  private readonly receivedWith: ReasonCode[] = [];
  /** Published with `publish` while there was no room, in order. */
  private readonly waiting = new Queue<WaitingMessage>();
  private connection: PacketConnection | undefined;
  private handOver: HandOver | undefined;
  private limits!: ServerLimits;
  private turnBytes = 0;
  private turnIsOver = false;
  private isResending = false;
  private isResumed = false;
  /** The lowest QoS for which `tryPublish` found no room since `onReady` was last called. */
  private roomWantedFor = NOBODY;

  constructor(options: PublishingOptions) {
    this.options = options;
    this.encoder = new PublishEncoder(options.version);
    this.sender = new Sender(options.packetIds);
    this.kept = options.keepsMessages ? new KeptFrames() : undefined;
  }

  /** Publishes now, or answers false: there is no room, and `onReady` will tell when there is. */
  tryPublish(message: OutgoingMessage, token: number): boolean {
    if (this.waiting.length === 0 && this.attempt(message, token, undefined)) return true;
    this.roomWantedFor = Math.min(this.roomWantedFor, message.qos);
    return false;
  }

  /** Publishes as soon as there is room, behind what waits already. */
  publish(message: OutgoingMessage): Promise<ReasonCode> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.waiting.length > 0 || !this.attempt(message, 0, waiter)) this.waiting.push({ message, resolve, reject });
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
    this.isResumed = isResumed;
    this.turnBytes = 0;
    this.encoder.connect(limits);
    if (!isResumed) this.finishReceived();
    this.sender.connect(Math.min(limits.receiveMaximum, this.options.maximumInFlight));
    this.isResending = true;
    this.madeRoom();
  }

  /** The connection is gone, and another may come. */
  disconnected(cause: MqtkError): void {
    this.connection = undefined;
    this.handOver?.fail(cause);
    this.handOver = undefined;
  }

  /** No connection will come any more. */
  end(cause: MqtkError): void {
    this.disconnected(cause);
    const orphans = [...this.sender].map((id) => this.waiters[id]).filter((waiter) => waiter !== undefined);
    this.waiters.length = 0;
    orphans.push(...this.waiting.takeAll());
    for (const waiter of orphans) waiter.reject(cause);
  }

  puback({ packetId, reasonCode, properties }: PubackPacket): void {
    if (this.sender.stateOf(packetId) !== InFlightState.AWAITS_PUBACK) throw unexpected("PUBACK", packetId);
    this.finish(packetId, "PUBACK", reasonCode, properties.reasonString);
    this.madeRoom();
  }

  pubrec({ packetId, reasonCode, properties }: PubrecPacket): void {
    const state = this.sender.stateOf(packetId);
    if (state === InFlightState.AWAITS_PUBACK) throw unexpected("PUBREC", packetId);
    if (state === InFlightState.AWAITS_PUBREC) {
      if (reasonCode >= 0x80) {
        this.finish(packetId, "PUBREC", reasonCode, properties.reasonString);
        this.madeRoom();
        return;
      }
      this.sender.received(packetId);
      this.kept?.release(packetId);
      this.receivedWith[packetId] = reasonCode;
    } else if (state === InFlightState.NONE) {
      this.releaseUnknown(packetId);
      return;
    }
    this.connection?.outbox.sendAck(PUBREL_FIRST_BYTE, packetId);
    this.options.pinger.hasSent = true;
  }

  /** Whatever its code: 0x92 says that the server has forgotten the packet id, and so that the message is done (4.3.3). */
  pubcomp({ packetId }: PubcompPacket): void {
    const state = this.sender.stateOf(packetId);
    if (state === InFlightState.AWAITS_PUBCOMP) {
      this.finish(packetId, "PUBCOMP", this.receivedWith[packetId] as ReasonCode, undefined);
      this.madeRoom();
    } else if (state !== InFlightState.NONE || this.options.version === ProtocolVersion.V5_0) {
      // Old servers repeat PUBREC while they wait, and so get PUBREL, and answer it, more than once.
      throw unexpected("PUBCOMP", packetId);
    }
  }

  /** Bytes have left, an acknowledgement has come, a turn has begun: what waited may go on. */
  madeRoom(): void {
    if (this.isResending) this.resend();
    for (let next = this.waiting.first; next !== undefined; next = this.waiting.first) {
      try {
        if (!this.attempt(next.message, 0, next)) return;
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

  /** False: no room. Throws for what must not be sent at all. */
  private attempt(message: OutgoingMessage, token: number, waiter: PublishWaiter | undefined): boolean {
    const { qos } = message;
    const connection = this.connection;
    if (connection === undefined || !this.hasRoom(qos)) return false;
    const preparation = this.encoder.prepare(message);
    const { length } = preparation;
    const refusal = refusalOfPublish(this.limits, qos, message.retain, length);
    if (refusal !== ReasonCode.SUCCESS) throw refusedPublish(this.limits, message.topic, refusal, length);

    let id = 0;
    if (qos !== 0) {
      id = this.sender.admit(undefined, qos);
      if (id === 0) return false;
      this.tokens[id] = token;
      this.waiters[id] = waiter;
    }
    this.turnBytes += length;
    this.options.pinger.hasSent = true;

    const { outbox } = connection;
    if (id !== 0 && this.kept !== undefined) {
      this.encoder.write(this.kept.open(id, length), message, preparation, id);
      if (!this.encoder.usesAliases) {
        outbox.sendRange(this.kept.bytesOf(id), this.kept.startOf(id), this.kept.endOf(id));
        return true;
      }
    }
    const writer = outbox.open();
    this.encoder.writeHeadForWire(writer, message, preparation, id);
    const { payload } = message;
    if (payload.length <= COPY_LIMIT) writer.raw(payload);
    else outbox.sendRange(asBuffer(payload), 0, payload.length);
    if (waiter !== undefined && id === 0) this.resolveWhenHandedOver(waiter);
    return true;
  }

  private hasRoom(qos: number): boolean {
    const connection = this.connection;
    if (connection === undefined || (qos !== 0 && !this.sender.canAdmit)) return false;
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

  private finish(
    id: number,
    packet: "PUBACK" | "PUBREC" | "PUBCOMP",
    reasonCode: ReasonCode,
    reasonString: string | undefined,
  ): void {
    const token = this.tokens[id] as number;
    const waiter = this.waiters[id];
    this.waiters[id] = undefined;
    this.sender.finish(id);
    this.kept?.release(id);
    if (waiter === undefined) this.options.onPublished(token, reasonCode, reasonString);
    else if (reasonCode < 0x80) waiter.resolve(reasonCode);
    else
      waiter.reject(new RefusedError({ summary: "the server refused the message", packet, reasonCode, reasonString }));
  }

  /** The server had these messages when its session ended, and their content is gone: nothing more can be done. */
  private finishReceived(): void {
    for (const id of [...this.sender]) {
      if (this.sender.stateOf(id) === InFlightState.AWAITS_PUBCOMP) {
        this.finish(id, "PUBCOMP", this.receivedWith[id] as ReasonCode, undefined);
      }
    }
  }

  /** [MQTT-4.4.0-1] After a reconnect: in order, with the packet ids of the first time, as far as the quota goes. */
  private resend(): void {
    const { connection, kept } = this;
    if (connection === undefined || kept === undefined) {
      this.isResending = false;
      return;
    }
    for (let id = this.sender.resend(); id !== 0; id = this.sender.resend()) {
      if (this.sender.stateOf(id) === InFlightState.AWAITS_PUBCOMP) {
        connection.outbox.sendAck(PUBREL_FIRST_BYTE, id);
        continue;
      }
      const bytes = kept.bytesOf(id);
      const start = kept.startOf(id);
      const end = kept.endOf(id);
      const firstByte = bytes[start] as number;
      const qos = this.sender.stateOf(id) === InFlightState.AWAITS_PUBACK ? 1 : 2;
      // The server may have other limits than the one before the reconnect.
      const refusal = refusalOfPublish(this.limits, qos, (firstByte & 1) === 1, end - start);
      if (refusal === ReasonCode.SUCCESS) {
        bytes[start] = this.isResumed ? firstByte | DUP : firstByte & ~DUP;
        connection.outbox.sendRange(bytes, start, end);
      } else {
        this.finish(id, qos === 1 ? "PUBACK" : "PUBREC", refusal, "the server's limits have changed");
      }
    }
    this.isResending = this.sender.inFlight > 0 && !this.sender.canAdmit;
  }

  private releaseUnknown(packetId: number): void {
    this.connection?.send({
      type: PacketType.PUBREL,
      packetId,
      reasonCode: ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
      properties: NO_PROPERTIES,
    });
  }
}

function unexpected(packet: string, packetId: number): ProtocolError {
  return new ProtocolError(
    ReasonCode.PROTOCOL_ERROR,
    `${packet}: nothing with packet identifier ${packetId} waits for it`,
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
