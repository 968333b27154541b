import {
  NO_PROPERTIES,
  PacketType,
  ProtocolError,
  ProtocolVersion,
  type PublishFrame,
  type PubrelPacket,
  ReasonCode,
} from "../codec/index.ts";
import { IncomingAliases, type PacketConnection } from "../connection/index.ts";
import { Receiver } from "../delivery/index.ts";
import type { Pinger } from "./pinger.ts";
import { MessageView, type ReceivedMessage } from "./received-message.ts";
import { TopicStrings } from "./topic-strings.ts";

const PUBACK = PacketType.PUBACK << 4;
const PUBREC = PacketType.PUBREC << 4;
const PUBCOMP = PacketType.PUBCOMP << 4;

export interface ReceivingOptions {
  readonly version: ProtocolVersion;
  /** What CONNECT announced. */
  readonly receiveMaximum: number;
  readonly topicAliasMaximum: number;
  readonly pinger: Pinger;
  onMessage(message: ReceivedMessage): void;
}

/** The receiving side of a client: every PUBLISH becomes a message at most once, and its acknowledgement. */
export class Receiving {
  private readonly options: ReceivingOptions;
  private readonly topics = new TopicStrings();
  private readonly view = new MessageView();
  private receiver = new Receiver();
  private aliases: IncomingAliases;
  private connection: PacketConnection | undefined;
  /** QoS 1 messages of the chunk in hand: the server sent them all before it could see any of our PUBACKs. */
  private unseenByServer = 0;
  /** QoS 2 messages that came over this connection and were not released yet. */
  private unreleased = 0;
  private isStopped = false;

  constructor(options: ReceivingOptions) {
    this.options = options;
    this.aliases = new IncomingAliases(options.topicAliasMaximum);
  }

  /** A connection is there; without a resumed session, what was not released is forgotten [MQTT-3.2.2-5]. */
  connected(connection: PacketConnection, isResumed: boolean): void {
    this.connection = connection;
    this.aliases = new IncomingAliases(this.options.topicAliasMaximum);
    this.unseenByServer = 0;
    this.unreleased = 0;
    if (!isResumed) this.receiver = new Receiver();
  }

  /** What arrives from now on is neither delivered nor acknowledged: the server keeps it for the session's next connection. */
  stop(): void {
    this.isStopped = true;
  }

  /** Bytes have arrived, and with them new messages. */
  chunkReceived(): void {
    this.unseenByServer = 0;
  }

  publish(frame: PublishFrame): void {
    if (this.isStopped) return;
    // The alias counts also for a message that is not delivered again.
    const topic = frame.topicAlias === 0 ? this.topicOf(frame) : this.aliasedTopicOf(frame);
    switch (frame.qos) {
      case 0:
        this.options.onMessage(this.view.show(frame, topic));
        return;
      case 1: {
        this.unseenByServer += 1;
        this.checkReceiveMaximum();
        const { packetId } = frame;
        this.options.onMessage(this.view.show(frame, topic));
        this.acknowledge(PUBACK, packetId);
        return;
      }
      case 2: {
        this.unreleased += 1;
        this.checkReceiveMaximum();
        const { packetId } = frame;
        if (this.receiver.receive(packetId)) this.options.onMessage(this.view.show(frame, topic));
        this.acknowledge(PUBREC, packetId);
        return;
      }
      default:
        frame.qos satisfies never;
    }
  }

  pubrel({ packetId }: PubrelPacket): void {
    this.unreleased = Math.max(0, this.unreleased - 1);
    if (this.receiver.release(packetId) || this.options.version !== ProtocolVersion.V5_0) {
      this.acknowledge(PUBCOMP, packetId);
      return;
    }
    this.options.pinger.hasSent = true;
    this.connection?.send({
      type: PacketType.PUBCOMP,
      packetId,
      reasonCode: ReasonCode.PACKET_IDENTIFIER_NOT_FOUND,
      properties: NO_PROPERTIES,
    });
  }

  private topicOf(frame: PublishFrame): string {
    return this.topics.of(frame.bytes, frame.topicStart, frame.topicEnd);
  }

  private aliasedTopicOf(frame: PublishFrame): string {
    const { bytes } = this.aliases.resolve(frame);
    return this.topics.of(bytes, 0, bytes.length);
  }

  private acknowledge(firstByte: number, packetId: number): void {
    // The connection may have been dropped by whoever got the message.
    if (!this.connection?.isOpen) return;
    this.options.pinger.hasSent = true;
    this.connection.outbox.sendAck(firstByte, packetId);
  }

  /** [MQTT-3.3.4-9] of 5.0; the older versions know no such limit. */
  private checkReceiveMaximum(): void {
    const { receiveMaximum, version } = this.options;
    if (version !== ProtocolVersion.V5_0 || this.unseenByServer + this.unreleased <= receiveMaximum) return;
    throw new ProtocolError(
      ReasonCode.RECEIVE_MAXIMUM_EXCEEDED,
      `PUBLISH: more than ${receiveMaximum} messages are unacknowledged`,
    );
  }
}
