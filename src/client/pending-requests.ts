import {
  encodePacket,
  PacketType,
  ProtocolError,
  type ProtocolVersion,
  ReasonCode,
  type SubackPacket,
  type SubscribePacket,
  type SubscribeProperties,
  type Subscription,
  type UnsubackPacket,
  type UnsubscribePacket,
  type UnsubscribeProperties,
} from "../codec/index.ts";
import type { PacketConnection } from "../connection/index.ts";
import type { PacketIds } from "../delivery/index.ts";
import type { MqtkError } from "../errors.ts";
import { asUsageError, RefusedError, RequestTimeoutError } from "./errors.ts";
import type { Pinger } from "./pinger.ts";
import { refusedSubscribe, type ServerLimits } from "./server-limits.ts";

interface Common {
  readonly isRenewal: boolean;
  reject(error: Error): void;
  /** When the answer must be there, by the clock; Infinity without a limit. */
  readonly deadline: number;
  isLate: boolean;
}

export interface SubscribeRequest extends Common {
  readonly type: typeof PacketType.SUBSCRIBE;
  readonly subscriptions: readonly Subscription[];
  readonly properties: SubscribeProperties;
  resolve(answer: SubackPacket): void;
}

export interface UnsubscribeRequest extends Common {
  readonly type: typeof PacketType.UNSUBSCRIBE;
  readonly filters: readonly string[];
  readonly properties: UnsubscribeProperties;
  resolve(answer: UnsubackPacket): void;
}

type Request = SubscribeRequest | UnsubscribeRequest;
type Answer = SubackPacket | UnsubackPacket;

/**
 * SUBSCRIBE and UNSUBSCRIBE on their way: those that wait for a connection or a packet id, and those that wait for their
 * answer. A lost connection sends the latter back among the former, in their order.
 */
export class PendingRequests {
  private readonly packetIds: PacketIds;
  private readonly version: ProtocolVersion;
  private readonly pinger: Pinger;
  private readonly sent = new Map<number, Request>();
  private unsent: Request[] = [];
  private connection: PacketConnection | undefined;
  private limits!: ServerLimits;

  constructor(packetIds: PacketIds, version: ProtocolVersion, pinger: Pinger) {
    this.packetIds = packetIds;
    this.version = version;
    this.pinger = pinger;
  }

  add(request: Request): void {
    this.unsent.push(request);
    this.send();
  }

  /** A connection is there, to a server with these limits. `first`: goes out before what waits already. */
  connected(connection: PacketConnection, limits: ServerLimits, first: readonly Request[]): void {
    this.connection = connection;
    this.limits = limits;
    this.unsent.unshift(...first);
    this.send();
  }

  disconnected(): void {
    this.connection = undefined;
    for (const id of this.sent.keys()) this.packetIds.release(id);
    const unanswered = [...this.sent.values(), ...this.unsent];
    // What was to restore a session is made anew on the next connection, from the subscriptions that there are then.
    this.unsent = unanswered.filter((request) => !request.isRenewal && !request.isLate);
    this.sent.clear();
  }

  end(cause: MqtkError): void {
    this.disconnected();
    for (const request of this.unsent.splice(0)) request.reject(cause);
  }

  /** The request that a SUBACK or UNSUBACK answers; its packet id is free again. Throws ProtocolError for any other. */
  answered(packet: Answer): Request {
    const request = this.sent.get(packet.packetId);
    const name = packet.type === PacketType.SUBACK ? "SUBACK" : "UNSUBACK";
    const expected = packet.type === PacketType.SUBACK ? PacketType.SUBSCRIBE : PacketType.UNSUBSCRIBE;
    if (request?.type !== expected) {
      throw violation(`${name}: nothing with packet identifier ${packet.packetId} waits for it`);
    }
    const asked = request.type === PacketType.SUBSCRIBE ? request.subscriptions.length : request.filters.length;
    const given = packet.reasonCodes.length;
    // [MQTT-3.8.4-6] UNSUBACK has codes in 5.0 only.
    if (given !== asked && !(packet.type === PacketType.UNSUBACK && this.version !== 5)) {
      throw violation(`${name}: ${given} reason codes for ${asked} topic filters`);
    }
    this.sent.delete(packet.packetId);
    this.packetIds.release(packet.packetId);
    return request;
  }

  /** A packet id may be free again. */
  send(): void {
    while (this.connection !== undefined && this.unsent.length > 0) {
      const id = this.packetIds.take();
      if (id === 0) return;
      const request = this.unsent.shift() as Request;
      const refusal = this.trySend(request, id, this.connection);
      if (refusal === undefined) {
        this.sent.set(id, request);
        this.pinger.hasSent = true;
      } else {
        this.packetIds.release(id);
        request.reject(refusal);
      }
    }
  }

  /** Rejects what has waited too long. What was sent keeps its packet id, because the answer may still come. */
  sweep(now: number): void {
    for (const request of this.sent.values()) rejectIfLate(request, now);
    if (this.unsent.some((request) => rejectIfLate(request, now))) {
      this.unsent = this.unsent.filter((request) => !request.isLate);
    }
  }

  private trySend(request: Request, packetId: number, connection: PacketConnection): Error | undefined {
    if (request.type === PacketType.SUBSCRIBE) {
      const hasIdentifier = request.properties.subscriptionIdentifier !== undefined;
      const refusal = refusedSubscribe(this.limits, request.subscriptions, hasIdentifier);
      if (refusal !== undefined) return refusal;
    }
    const packet = packetFrom(request, packetId);
    try {
      const isSent = asUsageError(() => connection.send(packet));
      if (isSent) return undefined;
    } catch (error) {
      return error as Error;
    }
    const size = encodePacket(packet, this.version).length;
    return new RefusedError({
      summary: "not sent, because the server would refuse it",
      packet: packet.type === PacketType.SUBSCRIBE ? "SUBSCRIBE" : "UNSUBSCRIBE",
      reasonCode: ReasonCode.PACKET_TOO_LARGE,
      hint: `the packet has ${size} bytes, the server takes ${connection.peerMaximumPacketSize}`,
    });
  }
}

function packetFrom(request: Request, packetId: number): SubscribePacket | UnsubscribePacket {
  const { properties } = request;
  return request.type === PacketType.SUBSCRIBE
    ? { type: request.type, packetId, properties, subscriptions: request.subscriptions }
    : { type: request.type, packetId, properties, filters: request.filters };
}

function rejectIfLate(request: Request, now: number): boolean {
  if (request.isLate || now < request.deadline) return request.isLate;
  request.isLate = true;
  const name = request.type === PacketType.SUBSCRIBE ? "SUBSCRIBE" : "UNSUBSCRIBE";
  request.reject(new RequestTimeoutError(`${name} was not answered in time`));
  return true;
}

function violation(message: string): ProtocolError {
  return new ProtocolError(ReasonCode.PROTOCOL_ERROR, message);
}
