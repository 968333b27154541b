import type { PublishFrame, PublishProperties, QoS } from "../codec/index.ts";

/**
 * A message as it arrived: a view over the bytes of its PUBLISH, one for all messages of a client. It is valid until
 * `onMessage` returns; what is needed longer has to be copied, but for `topic` and `properties`, which are values.
 */
export interface ReceivedMessage {
  readonly topic: string;
  /** A view: a copy is `Buffer.from(message.payload)`. */
  readonly payload: Buffer;
  readonly qos: QoS;
  /** True for a message that was retained when the subscription was made. */
  readonly retain: boolean;
  /** The server may have sent this PUBLISH before. */
  readonly dup: boolean;
  /** 0 for QoS 0. */
  readonly packetId: number;
  /** Decoded when asked for; an alias that the server used is not part of them. */
  readonly properties: PublishProperties;
  /** The payload is `bytes[payloadStart, payloadEnd)`: for those who read millions and need no view of each. */
  readonly bytes: Buffer;
  readonly payloadStart: number;
  readonly payloadEnd: number;
}

/** The view, which moves on to the next message. */
export class MessageView implements ReceivedMessage {
  topic = "";
  private frame!: PublishFrame;

  show(frame: PublishFrame, topic: string): this {
    this.frame = frame;
    this.topic = topic;
    return this;
  }

  get payload(): Buffer {
    return this.frame.payload;
  }

  get qos(): QoS {
    return this.frame.qos;
  }

  get retain(): boolean {
    return this.frame.retain;
  }

  get dup(): boolean {
    return this.frame.dup;
  }

  get packetId(): number {
    return this.frame.packetId;
  }

  get properties(): PublishProperties {
    const properties = this.frame.decodeProperties();
    if (properties.topicAlias === undefined) return properties;
    const { topicAlias: _, ...others } = properties;
    return others;
  }

  get bytes(): Buffer {
    return this.frame.bytes;
  }

  get payloadStart(): number {
    return this.frame.payloadStart;
  }

  get payloadEnd(): number {
    return this.frame.end;
  }
}
