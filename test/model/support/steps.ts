import fc from "fast-check";
import {
  NO_PROPERTIES,
  type Packet,
  PacketType,
  type ProtocolVersion,
  type PublishPacket,
  type QoS,
} from "../../../src/codec/index.ts";
import type { ModelConnect, ModelMessage, ModelSubscription } from "./standard.ts";
import type { World } from "./world.ts";

/** One thing that happens. */
type Step =
  | { readonly do: "connect"; readonly client: string; readonly connect: ModelConnect; readonly aliases: number }
  | {
      /** A client without a name comes, publishes and goes. */
      readonly do: "visit";
      readonly version: ProtocolVersion;
      readonly cleanStart: boolean;
      readonly messages: readonly PublishWish[];
    }
  | {
      readonly do: "disconnect";
      readonly client: string;
      readonly reasonCode: 0 | 4;
      readonly expiry: number | undefined;
    }
  | { readonly do: "lose"; readonly client: string; readonly how: "end" | "break" }
  | {
      readonly do: "subscribe";
      readonly client: string;
      readonly subscriptions: readonly ModelSubscription[];
      readonly identifier: number | undefined;
    }
  | { readonly do: "unsubscribe"; readonly client: string; readonly filter: string }
  | { readonly do: "publish"; readonly client: string; readonly messages: readonly PublishWish[] }
  | { readonly do: "release"; readonly client: string; readonly packetId: number }
  | {
      readonly do: "acknowledge";
      readonly client: string;
      readonly which: number;
      readonly steps: number;
      readonly refuses: boolean;
      /** Also what was sent on an earlier connection, and not again yet. */
      readonly early: boolean;
    }
  | { readonly do: "wait"; readonly seconds: number };

interface PublishWish {
  readonly topic: string;
  readonly qos: QoS;
  readonly retain: boolean;
  readonly expiry: number | undefined;
  readonly isEmpty: boolean;
  readonly isLarge: boolean;
  /** For QoS 2: few, so that they repeat. */
  readonly packetId: number;
}

/** 3.1 allowed 23 characters; brokers take more. */
const NAMES = ["a", "b", "c, with more than 23 characters"];
const clients = fc.constantFrom(...NAMES);
const qos = fc.constantFrom<QoS[]>(0, 1, 2);
const topics = fc.constantFrom("t", "t/1", "t/2", "u/1", "/t", "$t/1");
// The shared filters match no topic in common: which group comes first is the broker's choice.
const filters = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom("t", "t/1", "t/+", "t/#", "+/1", "#", "+", "/+", "$t/#", "u/#") },
  { weight: 2, arbitrary: fc.constantFrom("$share/g/t/+", "$share/h/u/#", "$share/g/t") },
);
const seconds = fc.constantFrom(1, 3, 10);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const messages: fc.Arbitrary<PublishWish> = fc.record({
  topic: topics,
  qos,
  retain: fc.boolean(),
  expiry: optional(seconds),
  isEmpty: fc.nat(9).map((number) => number === 0),
  isLarge: fc.nat(9).map((number) => number === 0),
  packetId: fc.integer({ min: 1, max: 4 }),
});

const wills = fc.record({
  topic: topics,
  payload: fc.constantFrom("will", "will", ""),
  qos,
  retain: fc.boolean(),
  expiry: optional(seconds),
  delay: fc.constantFrom(0, 0, 2, 20),
});

const everySize = [1, 2, 3].map(() => fc.constant(Number.POSITIVE_INFINITY));

const connects: fc.Arbitrary<ModelConnect> = fc
  .record({
    version: fc.constantFrom<ProtocolVersion[]>(3, 4, 5, 5, 5),
    cleanStart: fc.boolean(),
    sessionExpiry: fc.constantFrom(0, 5, 30, Number.POSITIVE_INFINITY),
    receiveMaximum: fc.constantFrom(1, 2, 3, Number.POSITIVE_INFINITY),
    // A CONNACK takes up to 21 bytes.
    maximumPacketSize: fc.oneof(fc.integer({ min: 22, max: 45 }), ...everySize),
    will: optional(wills),
  })
  .map((connect) =>
    connect.version === 5
      ? connect
      : {
          ...connect,
          sessionExpiry: connect.cleanStart ? 0 : Number.POSITIVE_INFINITY,
          receiveMaximum: Number.POSITIVE_INFINITY,
          maximumPacketSize: Number.POSITIVE_INFINITY,
          will: connect.will && { ...connect.will, delay: 0, expiry: undefined },
        },
  );

const subscriptions: fc.Arbitrary<ModelSubscription> = fc
  .record({
    filter: filters,
    qos,
    noLocal: fc.boolean(),
    retainAsPublished: fc.boolean(),
    retainHandling: fc.constantFrom<(0 | 1 | 2)[]>(0, 1, 2),
  })
  .map((subscription) =>
    subscription.filter.startsWith("$share") ? { ...subscription, noLocal: false } : subscription,
  );

const connectSteps = fc.record({
  do: fc.constant("connect" as const),
  client: clients,
  connect: connects,
  aliases: fc.constantFrom(0, 0, 1, 3),
});
const visitSteps = fc.record({
  do: fc.constant("visit" as const),
  version: fc.constantFrom<ProtocolVersion[]>(3, 4, 5),
  cleanStart: fc.boolean(),
  messages: fc.array(messages, { minLength: 0, maxLength: 2 }),
});
const subscribeSteps = fc.record({
  do: fc.constant("subscribe" as const),
  client: clients,
  subscriptions: fc.uniqueArray(subscriptions, { minLength: 1, maxLength: 3, selector: ({ filter }) => filter }),
  identifier: optional(fc.integer({ min: 1, max: 300 })),
});
const publishSteps = fc.record({
  do: fc.constant("publish" as const),
  client: clients,
  messages: fc.array(messages, { minLength: 1, maxLength: 4 }),
});
const acknowledgeSteps = fc.record({
  do: fc.constant("acknowledge" as const),
  client: clients,
  which: fc.nat(3),
  steps: fc.constantFrom(1, 1, 2, 20),
  early: fc.boolean(),
  refuses: fc.nat(9).map((number) => number === 0),
});
const loseSteps = fc.record({
  do: fc.constant("lose" as const),
  client: clients,
  how: fc.constantFrom("end" as const, "break" as const),
});
const disconnectSteps = fc.record({
  do: fc.constant("disconnect" as const),
  client: clients,
  reasonCode: fc.constantFrom<(0 | 4)[]>(0, 0, 4),
  expiry: fc.constantFrom(undefined, undefined, 0, 8),
});
const unsubscribeSteps = fc.record({ do: fc.constant("unsubscribe" as const), client: clients, filter: filters });
const releaseSteps = fc.record({
  do: fc.constant("release" as const),
  client: clients,
  packetId: fc.integer({ min: 1, max: 4 }),
});
const waitSteps = fc.record({ do: fc.constant("wait" as const), seconds: fc.constantFrom(1, 4, 15, 700_000) });

/** Takes one step in the world, and compares. The type of fast-check's commands has a model of its own; here it is in the world. */
class Command implements fc.AsyncCommand<object, World> {
  private readonly step: Step;

  constructor(step: Step) {
    this.step = step;
  }

  check(): boolean {
    return true;
  }

  async run(_: object, world: World): Promise<void> {
    if (world.model.isUndecided) return;
    const { step } = this;
    // Every step has a time of its own, so that two deadlines never fall together.
    await world.advance(7);
    await take("client" in step ? { ...step, client: world.present(step) } : step, world);
    await world.settle();
    world.compare(step.do !== "subscribe");
  }

  toString(): string {
    return JSON.stringify(this.step);
  }
}

/** Every client is there and has subscribed: what most histories begin with. */
export function openings(): fc.Arbitrary<readonly fc.AsyncCommand<object, World>[]> {
  const opening = fc.tuple(connectSteps, subscribeSteps);
  return fc
    .tuple(...NAMES.map((client) => opening.map((pair) => pair.map((step) => ({ ...step, client })))))
    .map((all) => all.flat().map((step) => new Command(step)));
}

/** Random sequences of steps; the more frequent a step is in life, the more often it stands in the list. */
export function stepSequences(): fc.Arbitrary<Iterable<fc.AsyncCommand<object, World>>> {
  const rare = [unsubscribeSteps, releaseSteps, disconnectSteps, loseSteps, waitSteps, visitSteps];
  const frequent = [connectSteps, subscribeSteps, publishSteps, publishSteps, acknowledgeSteps];
  const weighted: fc.Arbitrary<Step>[] = [...rare, ...frequent, ...frequent, publishSteps];
  return fc.commands(
    weighted.map((arbitrary) => arbitrary.map((step) => new Command(step))),
    { maxCommands: 50, size: "max" },
  );
}

async function take(step: Step, world: World): Promise<void> {
  switch (step.do) {
    case "connect":
      return world.connect(
        step.client,
        step.connect,
        Number.isFinite(step.connect.maximumPacketSize) ? 0 : step.aliases,
      );
    case "visit":
      return visit(step, world);
    case "lose":
      return world.leave(step.client, step.how);
    case "disconnect": {
      const is5 = world.versionOf(step.client) === 5;
      return world.leave(step.client, {
        reasonCode: is5 ? step.reasonCode : 0,
        expiry: is5 ? step.expiry : undefined,
      });
    }
    case "subscribe":
      return subscribe(step, world);
    case "unsubscribe": {
      const session = world.sessionOf(step.client);
      if (session === undefined) return;
      const packetId = world.newPacketId();
      world.send(step.client, {
        type: PacketType.UNSUBSCRIBE,
        packetId,
        properties: NO_PROPERTIES,
        filters: [step.filter],
      });
      return world.model.unsubscribe(session, step.filter, packetId);
    }
    case "publish":
      return publish(step, world);
    case "release": {
      const session = world.sessionOf(step.client);
      if (session === undefined) return;
      world.send(step.client, ack(PacketType.PUBREL, step.packetId));
      return world.model.release(session, step.packetId);
    }
    case "acknowledge":
      return acknowledge(step, world);
    case "wait":
      return world.advance(step.seconds * 1000);
    default:
      step satisfies never;
  }
}

function subscribe(step: Extract<Step, { do: "subscribe" }>, world: World): void {
  const session = world.sessionOf(step.client);
  const version = world.versionOf(step.client);
  if (session?.connection === undefined) return;
  const wanted =
    version === 5
      ? step.subscriptions
      : step.subscriptions.map(({ filter, qos }) => ({
          filter,
          qos,
          noLocal: false,
          retainAsPublished: false,
          retainHandling: 0 as const,
        }));
  // Which retained messages wait until the client acknowledges others, and in which order, is the broker's choice.
  const retained = wanted.reduce((sum, { filter }) => sum + world.model.retainedFor(filter).length, 0);
  if (retained > 0 && (session.connection.quota < retained || session.flights.some(({ isUnsent }) => isUnsent))) return;
  const packetId = world.newPacketId();
  const identifier = version === 5 ? step.identifier : undefined;
  world.send(step.client, {
    type: PacketType.SUBSCRIBE,
    packetId,
    properties: identifier === undefined ? NO_PROPERTIES : { subscriptionIdentifier: identifier },
    subscriptions: wanted,
  });
  world.model.subscribe(session, wanted, identifier, packetId);
}

function publish(step: Extract<Step, { do: "publish" }>, world: World): void {
  const session = world.sessionOf(step.client);
  const version = world.versionOf(step.client);
  if (session === undefined || version === undefined) return;
  const packets = step.messages.map((wish) => {
    const { message, packetId } = messageFrom(wish, version, world);
    const isRepeated = message.qos === 2 && session.unreleased.has(packetId);
    world.model.receive(session, message, packetId);
    return publishPacket(message, packetId, isRepeated);
  });
  world.send(step.client, ...packets);
}

function visit({ version, cleanStart, messages }: Extract<Step, { do: "visit" }>, world: World): void {
  // Packet ids of QoS 2 are not repeated in so short a life.
  const sent = messages.map((wish, index) => messageFrom({ ...wish, packetId: index + 1 }, version, world));
  world.visit(
    version,
    cleanStart,
    sent,
    sent.map(({ message, packetId }) => publishPacket(message, packetId, false)),
  );
}

function messageFrom(
  { packetId, ...wish }: PublishWish,
  version: ProtocolVersion,
  world: World,
): { message: ModelMessage; packetId: number } {
  const message = world.newMessage({ ...wish, expiry: version === 5 ? wish.expiry : undefined });
  return { message, packetId: message.qos === 0 ? 0 : message.qos === 1 ? world.newPacketId() : packetId };
}

function publishPacket(message: ModelMessage, packetId: number, dup: boolean): PublishPacket {
  return {
    type: PacketType.PUBLISH,
    dup,
    qos: message.qos,
    retain: message.retain,
    topic: message.topic,
    packetId: message.qos === 0 ? undefined : packetId,
    properties: message.expiry === undefined ? NO_PROPERTIES : { messageExpiryInterval: message.expiry },
    payload: Buffer.from(message.payload),
  };
}

async function acknowledge(step: Extract<Step, { do: "acknowledge" }>, world: World): Promise<void> {
  for (let count = 0; count < step.steps; count += 1) {
    const session = world.sessionOf(step.client);
    const sent =
      session?.flights.filter(({ isUnsent, state }) => !isUnsent || (step.early && state !== "PUBREC")) ?? [];
    const flight = sent[step.which % sent.length];
    if (session === undefined || flight === undefined) return;
    const refuses = step.refuses && flight.state === "PUBREC" && world.versionOf(step.client) === 5;
    world.send(step.client, ack(PacketType[flight.state], flight.packetId, refuses ? 0x97 : 0));
    world.model.acknowledge(session, flight, refuses);
    await world.settle();
    world.compare(true);
  }
}

function ack(type: 4 | 5 | 6 | 7, packetId: number, reasonCode: 0 | 0x97 = 0): Packet {
  return { type, packetId, reasonCode, properties: NO_PROPERTIES } as Packet;
}
