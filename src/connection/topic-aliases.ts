import { ProtocolError, type PublishFrame, ReasonCode } from "../codec/index.ts";

/** Topic bytes that an alias stands for. */
export interface AliasedTopic {
  readonly bytes: Buffer;
}

/** Topic aliases as the peer sends them (3.3.2.3.4): they live as long as the Network Connection. */
export class IncomingAliases {
  private readonly topics: (AliasedTopic | undefined)[] = [];
  /** The Topic Alias Maximum that we announced. */
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  /**
   * The topic that a PUBLISH with an alias means: remembers it where the packet names one, looks it up where not.
   * Throws 0x94 for an alias beyond the announced maximum, 0x82 for one that was never set.
   */
  resolve(frame: PublishFrame): AliasedTopic {
    const alias = frame.topicAlias;
    if (alias > this.maximum) {
      throw new ProtocolError(
        ReasonCode.TOPIC_ALIAS_INVALID,
        `PUBLISH: topic alias ${alias} is above the maximum ${this.maximum}`,
      );
    }
    if (frame.topicStart === frame.topicEnd) {
      const known = this.topics[alias];
      if (known === undefined) {
        throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, `PUBLISH: topic alias ${alias} was never set`);
      }
      return known;
    }
    const topic = { bytes: Buffer.from(frame.bytes.subarray(frame.topicStart, frame.topicEnd)) };
    this.topics[alias] = topic;
    return topic;
  }
}

/** Topic aliases as we send them: the first topics of a connection get one each, until the peer's maximum is reached. */
export class OutgoingAliases<Topic> {
  private readonly aliases = new Map<Topic, number>();
  private readonly maximum: number;

  constructor(maximum: number) {
    this.maximum = maximum;
  }

  /** The alias that the peer already knows for this topic, or 0. */
  known(topic: Topic): number {
    return this.aliases.get(topic) ?? 0;
  }

  /** A new alias for the topic, to be sent together with it, or 0 when there is none left. */
  assign(topic: Topic): number {
    if (this.aliases.size >= this.maximum) {
      return 0;
    }
    const alias = this.aliases.size + 1;
    this.aliases.set(topic, alias);
    return alias;
  }
}
