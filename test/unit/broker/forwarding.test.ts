import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketType,
  type ProtocolVersion,
  type PublishPacket,
  type QoS,
} from "../../../src/codec/index.ts";
import { matches } from "../../../src/topic/index.ts";
import { type Arrived, type PacketClient, publishPacket } from "../../support/packet-client.ts";
import { RunningBroker } from "../../support/running-broker.ts";
import { turn } from "../../support/turn.ts";

const TOPICS = ["a", "a/b", "a/b/c", "ö/日本", "$x/b"];
const FILTERS = ["a", "a/#", "+", "#", "+/b", "+/+/c", "$x/#", "ö/+"];

const version = fc.constantFrom<ProtocolVersion>(4, 5);
const qos = fc.constantFrom<QoS>(0, 1, 2);

const arbitrarySubscription = fc.record({
  filter: fc.constantFrom(...FILTERS),
  qos,
  retainAsPublished: fc.boolean(),
  identifier: fc.option(fc.constantFrom(1, 127, 128, 268_435_455), { nil: undefined }),
});

const arbitrarySubscriber = fc.record({
  version,
  /** Topic Alias Maximum of a client of 5.0. */
  aliases: fc.constantFrom(0, 0, 1, 2, 50),
  subscriptions: fc.uniqueArray(arbitrarySubscription, {
    minLength: 1,
    maxLength: 3,
    selector: ({ filter }) => filter,
  }),
  /** How it is a member of the Shared Subscription, whose filter is the same for all of its members. */
  shared: fc.option(arbitrarySubscription, { nil: undefined }),
});

const arbitraryMessage = fc.record({
  topic: fc.constantFrom(...TOPICS),
  qos,
  retain: fc.boolean(),
  /** For publishers of 5.0; with `short` the topic is left out where the alias is known. */
  alias: fc.constantFrom(0, 0, 1, 2),
  short: fc.boolean(),
  properties: fc.record(
    {
      messageExpiryInterval: fc.constantFrom(1, 60, 0xffff_ffff),
      payloadFormatIndicator: fc.constant(1 as const),
      contentType: fc.constantFrom("", "text/plain"),
      responseTopic: fc.constant("answer/here"),
      correlationData: fc.uint8Array({ maxLength: 5 }).map((bytes) => Buffer.from(bytes)),
      userProperties: fc.constant([
        ["same", "1"],
        ["same", "2"],
        ["", "ö"],
      ] as const),
    },
    { requiredKeys: [] },
  ),
  payload: fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 30 }) },
    { weight: 1, arbitrary: fc.constantFrom(16_384, 16_385, 70_000) },
  ),
});

type Subscriber = typeof arbitrarySubscriber extends fc.Arbitrary<infer Value> ? Value : never;
type Sent = typeof arbitraryMessage extends fc.Arbitrary<infer Value> ? Value : never;

type Subscriptions = Subscriber["subscriptions"];

/** Who of the members of a Shared Subscription gets each of the messages: one after the other, as mqtk chooses. */
function takersOf(members: readonly Subscriber[], filter: string, sent: readonly Sent[]): (Subscriber | undefined)[] {
  let next = 0;
  return sent.map(({ topic }) => {
    if (!isMatch(filter, topic)) return undefined;
    next += 1;
    return members[(next - 1) % members.length];
  });
}

function isMatch(filter: string, topic: string): boolean {
  return matches(filter.split("/"), topic.split("/"));
}

/**
 * What the standard says that a subscriber gets, computed as plainly as possible. `stages`: what it is subscribed to, one
 * after the other; the messages come once in each. `takers`: who gets each of them by the Shared Subscription, which is
 * a copy of its own behind the one for all other subscriptions.
 */
function expectedFor(
  subscriber: Subscriber,
  stages: readonly Subscriptions[],
  messages: readonly Sent[],
  publisher: ProtocolVersion,
  takers: readonly (Subscriber | undefined)[],
): PublishPacket[] {
  const known: string[] = [];
  let packetId = 0;
  const copies = stages.flatMap((subscriptions, stage) =>
    messages.flatMap((message, index) => {
      const own = subscriptions.filter(({ filter }) => isMatch(filter, message.topic));
      const isTaker = takers[stage * messages.length + index] === subscriber;
      const shared = isTaker && subscriber.shared !== undefined ? [subscriber.shared] : [];
      return [own, shared].map((matching) => ({ message, index, matching }));
    }),
  );
  return copies.flatMap(({ message, index, matching }) => {
    if (matching.length === 0) {
      return [];
    }
    const granted = Math.min(message.qos, Math.max(...matching.map((subscription) => subscription.qos))) as QoS;
    const retain = matching.some(({ retainAsPublished }) => retainAsPublished) && message.retain;
    packetId += granted > 0 ? 1 : 0;
    const packet = publishPacket(message.topic, payloadOf(message, index), {
      qos: granted,
      // 3.1.1 has no Retain As Published.
      retain: subscriber.version === 5 && retain,
      packetId: granted > 0 ? packetId : undefined,
    });
    if (subscriber.version !== 5) {
      return [packet];
    }
    const isKnown = known.includes(message.topic);
    if (!isKnown && known.length < Math.min(subscriber.aliases, 16)) {
      known.push(message.topic);
    }
    const topicAlias = known.indexOf(message.topic) + 1;
    const identifiers = matching.flatMap(({ identifier }) => identifier ?? []);
    return [
      {
        ...packet,
        topic: isKnown ? "" : message.topic,
        properties: {
          ...(publisher === 5 ? message.properties : {}),
          ...(topicAlias === 0 ? {} : { topicAlias }),
          ...(identifiers.length === 0 ? {} : { subscriptionIdentifiers: identifiers }),
        },
      },
    ];
  });
}

function payloadOf(message: Sent, index: number): Buffer {
  return Buffer.alloc(message.payload, `${index}.`);
}

/** The packets that a publisher sends for these messages. */
function packetsFrom(messages: readonly Sent[], publisher: ProtocolVersion, firstId: number): PublishPacket[] {
  const known = new Map<number, string>();
  return messages.map((message, index) => {
    const { alias, topic } = message;
    const isKnown = known.get(alias) === topic;
    const properties = publisher === 5 ? { ...message.properties, ...(alias > 0 ? { topicAlias: alias } : {}) } : {};
    if (publisher === 5 && alias > 0) {
      known.set(alias, topic);
    }
    return publishPacket(
      publisher === 5 && alias > 0 && isKnown && message.short ? "" : topic,
      payloadOf(message, index),
      {
        qos: message.qos,
        retain: message.retain,
        packetId: message.qos > 0 ? firstId + index : undefined,
        properties,
      },
    );
  });
}

async function subscriberOf(
  broker: RunningBroker,
  { version, aliases, subscriptions }: Subscriber,
): Promise<PacketClient> {
  const properties = version === 5 ? { topicAliasMaximum: aliases } : NO_PROPERTIES;
  const client = await broker.connect({ protocolVersion: version, properties });
  await subscribe(client, version, subscriptions);
  return client;
}

async function subscribe(client: PacketClient, version: ProtocolVersion, subscriptions: Subscriptions): Promise<void> {
  for (const { identifier, ...subscription } of subscriptions) {
    await client.subscribe(
      [version === 5 ? subscription : { ...subscription, retainAsPublished: false }],
      version === 5 && identifier !== undefined ? { subscriptionIdentifier: identifier } : NO_PROPERTIES,
    );
  }
}

/** A packet as a plain encoder writes it. Properties and the identifiers of overlapping subscriptions have no order. */
function encoded(packet: Packet, version: ProtocolVersion): Buffer {
  if (packet.type !== PacketType.PUBLISH) {
    return encodePacket(packet, version);
  }
  const properties = Object.fromEntries(
    Object.entries(packet.properties)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, value]) => [key, key === "subscriptionIdentifiers" ? [...(value as number[])].sort() : value]),
  );
  return encodePacket({ ...packet, properties }, version);
}

/** Bytes for people to compare, cut where that is too much. */
function shown(bytes: Buffer): string {
  return `${bytes.subarray(0, 150).toString("hex")} (${bytes.length} bytes, ${createHash("sha1").update(bytes).digest("hex")})`;
}

describe("a PUBLISH on its way through the broker", () => {
  test("reaches every subscriber in the form that a plain encoder would give it, to the byte", async () => {
    const broker = await RunningBroker.start({ options: { maximumRetained: 0 } });
    await fc.assert(
      fc.asyncProperty(
        version,
        fc.array(arbitrarySubscriber, { minLength: 1, maxLength: 4 }),
        fc.array(arbitraryMessage, { minLength: 1, maxLength: 25 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        // What is subscribed to changes while routes to all topics are known.
        fc.array(arbitrarySubscriber, { maxLength: 2 }),
        fc.constantFrom(...FILTERS),
        async (publisherVersion, subscribers, messages, cuts, changes, sharedFilter) => {
          const clients: PacketClient[] = [];
          for (const subscriber of subscribers) {
            const client = await subscriberOf(broker, subscriber);
            const { version, shared } = subscriber;
            if (shared !== undefined)
              await subscribe(client, version, [{ ...shared, filter: `$share/g/${sharedFilter}` }]);
            clients.push(client);
          }
          const publisher = await broker.connect({ protocolVersion: publisherVersion });
          const stages = subscribers.map(({ subscriptions }) => [subscriptions]);
          const frames: Arrived[][] = clients.map(() => []);
          for (const [stage, change] of [undefined, ...changes].entries()) {
            for (const [index, client] of clients.entries()) {
              const past = stages[index]?.at(-1) as Subscriptions;
              const next = index === 0 ? change?.subscriptions : past;
              if (change === undefined || next === undefined) continue;
              stages[index]?.push(next);
              if (next === past) continue;
              client.send({
                type: PacketType.UNSUBSCRIBE,
                packetId: 60_000,
                properties: NO_PROPERTIES,
                filters: past.map(({ filter }) => filter),
              });
              await client.nextOf(PacketType.UNSUBACK);
              await subscribe(client, subscribers[index]?.version as ProtocolVersion, next);
            }
            const packets = packetsFrom(messages, publisherVersion, 1000 * (stage + 1));
            const stream = Buffer.concat(packets.map((packet) => encodePacket(packet, publisherVersion)));
            let position = 0;
            for (const cut of [...cuts.sort((one, other) => one - other), 1]) {
              publisher.sendBytes(stream.subarray(position, Math.floor(cut * stream.length)));
              position = Math.floor(cut * stream.length);
              await turn(2);
            }
            await publisher.settled();
            for (const [index, client] of clients.entries()) {
              frames[index]?.push(...(await client.settledFrames()));
            }
          }
          const members = subscribers.filter(({ shared }) => shared !== undefined);
          const sent = [undefined, ...changes].flatMap(() => messages);
          const takers = takersOf(members, sharedFilter, sent);
          for (const [index, subscriber] of subscribers.entries()) {
            const arrived = frames[index] as Arrived[];
            const own = stages[index] as Subscriptions[];
            const expected = expectedFor(subscriber, own, messages, publisherVersion, takers);
            const plain = (packet: Packet) => shown(encoded(packet, subscriber.version));
            expect(arrived.map(({ packet }) => plain(packet))).toEqual(expected.map(plain));
            // The same properties in another order, but no byte more than the encoder needs.
            expect(arrived.map(({ bytes }) => bytes.length)).toEqual(
              expected.map((packet) => encodePacket(packet, subscriber.version).length),
            );
          }
          await Promise.all([...clients, publisher].map((client) => client.disconnect()));
        },
      ),
      { numRuns: 150 },
    );
  });

  test("[MQTT-3.3.1-12] [MQTT-3.3.1-13] what one subscriber gets does not change what another one gets", async () => {
    const broker = await RunningBroker.start();
    const asPublished = await broker.connect();
    await asPublished.subscribe({ filter: "t", retainAsPublished: true });
    const plain = await broker.connect({ properties: { topicAliasMaximum: 1 } });
    await plain.subscribe(["the only alias", "t"]);
    const publisher = await broker.connect();
    publisher.publish("the only alias", "");
    publisher.publish("t", "retained", { retain: true });
    await publisher.settled();
    expect(await asPublished.settled()).toMatchObject([{ topic: "t", retain: true }]);
    expect(await plain.settled()).toMatchObject([{ properties: { topicAlias: 1 } }, { topic: "t", retain: false }]);
  });
});
