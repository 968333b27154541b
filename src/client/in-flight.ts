import {
  NO_PROPERTIES,
  PacketType,
  type PacketWriter,
  ProtocolError,
  ProtocolVersion,
  type PubackPacket,
  type PubcompPacket,
  type PubrecPacket,
  type QoS,
  ReasonCode,
} from "../codec/index.ts";
import type { PacketConnection } from "../connection/index.ts";
import { InFlightState, type PacketIds, Sender } from "../delivery/index.ts";
import { RefusedError } from "./errors.ts";
import { KeptFrames } from "./kept-frames.ts";
import type { Pinger } from "./pinger.ts";
import { refusalOfPublish, type ServerLimits } from "./server-limits.ts";

const PUBREL_FIRST_BYTE = (PacketType.PUBREL << 4) | 0x02;
const DUP = 0x08;

/** Whoever awaits the end of one publish. */
export interface PublishWaiter {
  resolve(reasonCode: ReasonCode): void;
  reject(error: Error): void;
}

export interface InFlightOptions {
  readonly version: ProtocolVersion;
  readonly packetIds: PacketIds;
  /** Messages in flight are kept, to be sent again on the next connection. */
  readonly keepsMessages: boolean;
  readonly pinger: Pinger;
  onPublished(token: number, reasonCode: ReasonCode, reasonString: string | undefined): void;
}

/** Messages with QoS 1 and 2, from their first PUBLISH to their last acknowledgement, across connections. */
export class InFlight {
  private readonly options: InFlightOptions;
  private readonly sender: Sender<PublishWaiter>;
  private readonly kept: KeptFrames | undefined;
  /** By packet id: the token of `tryPublish`, who waits for `publish`, what PUBREC said. */
  private readonly tokens: number[] = [];
  private readonly waiters: (PublishWaiter | undefined)[] = [];
  private readonly receivedWith: ReasonCode[] = [];
  private connection: PacketConnection | undefined;
  private limits!: ServerLimits;
  private isResumed = false;
  private hasMoreToResend = false;

  constructor(options: InFlightOptions) {
    this.options = options;
    this.sender = new Sender(options.packetIds);
    this.kept = options.keepsMessages ? new KeptFrames() : undefined;
  }

  /** True when `admit` would give a packet id. */
  get canAdmit(): boolean {
    return this.sender.canAdmit;
  }

  /**
   * A connection is there, which takes `maximum` messages at a time. What is in flight has to be sent again (`resend`);
   * without a resumed session it is published anew.
   */
  connected(connection: PacketConnection, limits: ServerLimits, isResumed: boolean, maximum: number): void {
    this.connection = connection;
    this.limits = limits;
    this.isResumed = isResumed;
    if (!isResumed) this.finishReceived();
    this.sender.connect(maximum);
    this.hasMoreToResend = this.kept !== undefined;
  }

  disconnected(): void {
    this.connection = undefined;
  }

  /** No connection will come any more: gives those who wait, in order. */
  takeWaiters(): PublishWaiter[] {
    const orphans = [...this.sender].map((id) => this.waiters[id]).filter((waiter) => waiter !== undefined);
    this.waiters.length = 0;
    return orphans;
  }

  /** Puts a message in flight: its packet id, or 0 when the server takes no more for now. */
  admit(qos: QoS, token: number, waiter: PublishWaiter | undefined): number {
    const id = this.sender.admit(undefined, qos);
    if (id === 0) return 0;
    this.tokens[id] = token;
    this.waiters[id] = waiter;
    return id;
  }

  /** Where the frame of this message, with exactly this length, is to be kept; undefined where none is. */
  keep(id: number, length: number): PacketWriter | undefined {
    return this.kept?.open(id, length);
  }

  /** Sends the frame that was kept. */
  sendKept(id: number): void {
    const kept = this.kept as KeptFrames;
    this.connection?.outbox.sendRange(kept.bytesOf(id), kept.startOf(id), kept.endOf(id));
  }

  puback({ packetId, reasonCode, properties }: PubackPacket): void {
    if (this.sender.stateOf(packetId) !== InFlightState.AWAITS_PUBACK) throw unexpected("PUBACK", packetId);
    this.finish(packetId, "PUBACK", reasonCode, properties.reasonString);
  }

  pubrec({ packetId, reasonCode, properties }: PubrecPacket): void {
    const state = this.sender.stateOf(packetId);
    if (state === InFlightState.AWAITS_PUBACK) throw unexpected("PUBREC", packetId);
    if (state === InFlightState.AWAITS_PUBREC) {
      if (reasonCode >= 0x80) {
        this.finish(packetId, "PUBREC", reasonCode, properties.reasonString);
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
    } else if (state !== InFlightState.NONE || this.options.version === ProtocolVersion.V5_0) {
      // Old servers repeat PUBREC while they wait, and so get PUBREL, and answer it, more than once.
      throw unexpected("PUBCOMP", packetId);
    }
  }

  /** [MQTT-4.4.0-1] After a reconnect: in order, with the packet ids of the first time, as far as the quota goes. */
  resend(): void {
    const { connection, kept } = this;
    if (!this.hasMoreToResend || connection === undefined || kept === undefined) return;
    for (let id = this.sender.resend(); id !== 0; id = this.sender.resend()) {
      if (this.sender.stateOf(id) === InFlightState.AWAITS_PUBCOMP) {
        connection.outbox.sendAck(PUBREL_FIRST_BYTE, id);
        continue;
      }
      const bytes = kept.bytesOf(id);
      const start = kept.startOf(id);
      const firstByte = bytes[start] as number;
      const qos = this.sender.stateOf(id) === InFlightState.AWAITS_PUBACK ? 1 : 2;
      // The server may have other limits than the one before the reconnect.
      const refusal = refusalOfPublish(this.limits, qos, (firstByte & 1) === 1, kept.endOf(id) - start);
      if (refusal === ReasonCode.SUCCESS) {
        bytes[start] = this.isResumed ? firstByte | DUP : firstByte & ~DUP;
        this.sendKept(id);
      } else {
        this.finish(id, qos === 1 ? "PUBACK" : "PUBREC", refusal, "the server's limits have changed");
      }
    }
    this.hasMoreToResend = this.sender.inFlight > 0 && !this.sender.canAdmit;
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
