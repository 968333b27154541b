import { expect } from "vitest";
import { Broker, type BrokerOptions, defaultBrokerOptions } from "../../../src/broker/index.ts";
import {
  encodePacket,
  NO_PROPERTIES,
  type Packet,
  PacketType,
  type ProtocolVersion,
  type PublishPacket,
} from "../../../src/codec/index.ts";
import type { Sweeper } from "../../../src/connection/index.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { TurnedClock } from "../../support/running-broker.ts";
import { turn } from "../../support/turn.ts";
import { inWords, ModelClient } from "./model-client.ts";
import {
  type ExpectedPublish,
  type Flight,
  type ModelConnect,
  type ModelConnection,
  type ModelMessage,
  type QueuePolicy,
  type Session,
  StandardModel,
} from "./standard.ts";

/** A client as the model and as the broker see it. */
interface Pair {
  readonly expected: ModelConnection;
  readonly client: ModelClient;
}

/** What tests of the broker may look at. */
interface Insides {
  readonly core: {
    readonly sweeper: Sweeper;
    readonly sessions: { readonly size: number; get(clientId: string): InnerSession | undefined };
    readonly subscriptions: { readonly size: number };
    readonly retained: { readonly size: number };
    readonly drops: { readonly totals: Readonly<Record<string, number>> };
  };
}

interface InnerSession {
  readonly congestion: { readonly isCongested: boolean; readonly isSlow: boolean };
}

/** Turns without anything happening after which nothing will: a packet needs three to be answered. */
const QUIET_TURNS = 5;

/** A broker and the model beside it: whatever is done is done to both, and then compared. */
export class World {
  readonly model: StandardModel;
  private readonly clock = new TurnedClock();
  private readonly broker: Broker;
  private readonly pairs = new Map<string, Pair>();
  /** Connections that the broker should be closing. */
  private leaving: Pair[] = [];
  private messages = 0;
  private packetIds = 0;
  private readonly internalErrors: unknown[] = [];

  constructor(options: Partial<BrokerOptions> & { readonly queuePolicy: QueuePolicy }) {
    const all = { ...defaultBrokerOptions, ...options };
    this.broker = new Broker({
      // Without patience for slow subscribers: who is slow would depend on how steps and time fall together.
      options: { ...options, slowAfter: 0 },
      clock: this.clock,
      events: { onInternalError: (error) => this.internalErrors.push(error) },
    });
    this.model = new StandardModel({
      maximumInFlight: all.maximumInFlight,
      maximumSessionExpiry: all.maximumSessionExpiry,
      maximumQueueLength: all.maximumQueueLength,
      queuePolicy: options.queuePolicy,
      sizeOf,
    });
    this.model.now = this.clock.now();
  }

  /** The session of a client that is connected. */
  sessionOf(clientId: string): Session | undefined {
    return this.pairs.has(clientId) ? this.model.sessions.get(clientId) : undefined;
  }

  /** Who takes a step: somebody who is there, if the one who was to is not. */
  present(step: { readonly do: string; readonly client: string }): string {
    if (step.do === "connect" || this.pairs.has(step.client)) return step.client;
    const [present] = this.pairs.keys();
    return step.do === "publish" || step.do === "subscribe" ? (present ?? step.client) : step.client;
  }

  versionOf(clientId: string): ProtocolVersion | undefined {
    return this.pairs.get(clientId)?.client.version;
  }

  connect(clientId: string, connect: ModelConnect, aliases: number): void {
    const old = this.pairs.get(clientId);
    if (old !== undefined) this.leaving.push(old);
    const client = this.open(connect.version);
    client.send(connectPacket(clientId, connect, aliases));
    this.pairs.set(clientId, { expected: this.model.connect(clientId, connect), client });
  }

  /** A client without a name connects, sends these messages and says goodbye, all in one piece. */
  visit(
    version: ProtocolVersion,
    cleanStart: boolean,
    messages: readonly { message: ModelMessage; packetId: number }[],
    packets: readonly Packet[],
  ): void {
    const sessionExpiry = version === 5 || cleanStart ? 0 : Number.POSITIVE_INFINITY;
    const connect = { version, cleanStart, sessionExpiry, will: undefined, ...UNLIMITED };
    const client = this.open(version);
    const goodbye: Packet = { type: PacketType.DISCONNECT, reasonCode: 0, properties: NO_PROPERTIES };
    client.send(connectPacket("", connect, 0), ...packets, goodbye);
    this.leaving.push({ expected: this.model.visit(connect, messages), client });
  }

  /** The client is gone: with a DISCONNECT, or without a word. */
  leave(clientId: string, how: { reasonCode: 0 | 4; expiry: number | undefined } | "end" | "break"): void {
    const pair = this.pairs.get(clientId);
    const session = this.model.sessions.get(clientId);
    if (pair === undefined || session === undefined) return;
    const { stream } = pair.client;
    this.pairs.delete(clientId);
    this.leaving.push(pair);
    if (how === "end") stream.end();
    else if (how === "break") {
      // The broker's end breaks; ours hears nothing of it.
      stream.peer.breakDown(new Error("reset"));
      pair.client.isClosed = true;
    } else {
      const properties = how.expiry === undefined ? NO_PROPERTIES : { sessionExpiryInterval: how.expiry };
      pair.client.send({ type: PacketType.DISCONNECT, reasonCode: how.reasonCode, properties });
      this.model.disconnect(session, how.reasonCode, how.expiry);
      return;
    }
    this.model.lose(session);
  }

  /** Sends packets in one piece. */
  send(clientId: string, ...packets: Packet[]): void {
    this.pairs.get(clientId)?.client.send(...packets);
  }

  newPacketId(): number {
    this.packetIds = (this.packetIds % 60_000) + 1;
    return this.packetIds + 100;
  }

  /** A message that nobody sent before. */
  newMessage(wishes: Omit<ModelMessage, "payload"> & { isEmpty: boolean; isLarge: boolean }): ModelMessage {
    const { isEmpty, isLarge, ...message } = wishes;
    this.messages += 1;
    return { ...message, payload: isEmpty ? "" : `m${this.messages}${isLarge ? ".".repeat(80) : ""}` };
  }

  /** Lets time pass, from one thing that happens to the next. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.clock.now() + milliseconds;
    while (this.clock.now() < until) {
      const event = this.model.nextEvent;
      const next = Math.min(event, until);
      this.clock.advance(next - this.clock.now());
      this.model.passTo(next);
      (this.broker as unknown as Insides).core.sweeper.sweep();
      // Where nothing is to happen, what happens all the same shows after the step.
      if (event === next) await this.settle();
    }
  }

  /** Waits until nothing happens any more, and nobody waits for anybody. */
  async settle(): Promise<void> {
    await this.quiet();
    while (this.isSomebodyWaitedFor) {
      (this.broker as unknown as Insides).core.sweeper.sweep();
      await this.quiet();
    }
    this.model.sweep();
  }

  private get isSomebodyWaitedFor(): boolean {
    const { sessions } = (this.broker as unknown as Insides).core;
    for (const clientId of this.pairs.keys()) {
      const congestion = sessions.get(clientId)?.congestion;
      if (congestion?.isCongested === true && !congestion.isSlow) return true;
    }
    return false;
  }

  private open(version: ProtocolVersion): ModelClient {
    const [mine, theirs] = memoryStreamPair();
    this.broker.accept(theirs);
    return new ModelClient(mine, version);
  }

  private async quiet(): Promise<void> {
    const clients = [...this.pairs.values(), ...this.leaving].map(({ client }) => client);
    let last = -1;
    for (let quiet = 0; quiet < QUIET_TURNS; ) {
      await turn();
      const activity = clients.reduce((sum, client) => sum + client.activity, 0);
      quiet = activity === last ? quiet + 1 : 0;
      last = activity;
    }
  }

  /** The broker did what the model says, and nothing else. */
  compare(isOrdered: boolean): void {
    same(this.internalErrors, [], "errors");
    if (this.model.isUndecided) return;
    for (const [clientId, pair] of [...this.pairs, ...this.leaving.map((pair) => ["who leaves", pair] as const)]) {
      const { client, expected } = pair;
      const others = client.others.splice(0).map((packet) => inWords(packet, client.version));
      same(others, expected.others.splice(0), `packets to ${clientId}`);
      const arrived = client.publishes.splice(0);
      const wanted = expected.publishes.splice(0);
      same(
        plainly(arrived.map(plain), isOrdered),
        plainly(wanted.map(plainExpected), isOrdered),
        `messages to ${clientId}`,
      );
      const flights = bindPacketIds(arrived, wanted);
      if (!isOrdered) this.model.sessions.get(clientId)?.inOrderOf(flights);
      same(client.isClosed, expected.isClosed, `${clientId} is closed`);
    }
    this.leaving = [];
    for (const [clientId, { expected }] of this.pairs) if (expected.isClosed) this.pairs.delete(clientId);
    const { core } = this.broker as unknown as Insides;
    const sessions = [...this.model.sessions.values()];
    same(core.sessions.size, sessions.length, "sessions");
    same(
      core.subscriptions.size,
      sessions.reduce((sum, { subscriptions }) => sum + subscriptions.size, 0),
      "subscriptions",
    );
    same(core.retained.size, this.model.retained.size, "retained messages");
    same(core.drops.totals, this.model.dropped, "dropped messages");
  }

  /** Everybody leaves and time passes: nothing may be left. */
  async end(): Promise<void> {
    for (const clientId of this.model.isUndecided ? [] : [...this.pairs.keys()]) {
      await this.advance(7);
      this.leave(clientId, "end");
      await this.settle();
      this.compare(true);
    }
    if (this.model.isUndecided) {
      await this.broker.stop(0);
      return;
    }
    await this.advance(10_000_000_000);
    this.compare(true);
    if (!this.model.isUndecided)
      same(this.broker.statistics().waiting, { kept: 0, outgoing: 0 }, "bytes that wait for nobody");
    await this.broker.stop(0);
  }
}

const UNLIMITED = { receiveMaximum: Number.POSITIVE_INFINITY, maximumPacketSize: Number.POSITIVE_INFINITY };

function connectPacket(clientId: string, connect: ModelConnect, aliases: number): Packet {
  const { version, will } = connect;
  const is5 = version === 5;
  return {
    type: PacketType.CONNECT,
    protocolVersion: version,
    bridge: false,
    cleanStart: connect.cleanStart,
    keepAlive: 0,
    clientId,
    userName: undefined,
    password: undefined,
    will: will && {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos,
      retain: will.retain,
      properties: is5
        ? {
            ...(will.delay === 0 ? {} : { willDelayInterval: will.delay }),
            ...(will.expiry === undefined ? {} : { messageExpiryInterval: will.expiry }),
          }
        : NO_PROPERTIES,
    },
    properties: is5
      ? {
          ...intervalOf(connect.sessionExpiry),
          ...(Number.isFinite(connect.receiveMaximum) ? { receiveMaximum: connect.receiveMaximum } : {}),
          ...(Number.isFinite(connect.maximumPacketSize) ? { maximumPacketSize: connect.maximumPacketSize } : {}),
          ...(aliases === 0 ? {} : { topicAliasMaximum: aliases }),
        }
      : connect.cleanStart
        ? NO_PROPERTIES
        : { sessionExpiryInterval: 0xffff_ffff },
  };
}

/** Vitest's own comparison is asked only where there is something to tell: it takes most of the time otherwise. */
function same(actual: unknown, expected: unknown, what: string): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual, what).toEqual(expected);
}

/** Copies of one message come in any order among themselves; `isOrdered` is false for retained messages. */
function plainly(messages: string[], isOrdered: boolean): string[] {
  if (!isOrdered) return messages.sort();
  const groups: string[][] = [];
  for (const message of messages) {
    const name = (text: string | undefined) => text?.split(" ")[0];
    const last = groups.at(-1);
    if (last !== undefined && name(last[0]) === name(message)) last.push(message);
    else groups.push([message]);
  }
  return groups.flatMap((group) => group.sort());
}

function plain({ topic, payload, qos, retain, dup, properties, packetId }: PublishPacket): string {
  const identifiers = [...(properties.subscriptionIdentifiers ?? [])].sort((a, b) => a - b);
  const again = dup ? ` id=${packetId}` : "";
  return `${Buffer.from(payload).toString()} ${topic} qos=${qos} retain=${retain}${again} [${identifiers}] ${properties.messageExpiryInterval}`;
}

function plainExpected({ topic, payload, qos, retain, dup, identifiers, expiry, flight }: ExpectedPublish): string {
  const again = dup ? ` id=${flight?.packetId}` : "";
  return `${payload} ${topic} qos=${qos} retain=${retain}${again} [${identifiers}] ${expiry}`;
}

/** Notes the packet ids that the broker chose; gives the exchanges in the order in which they began. */
function bindPacketIds(arrived: readonly PublishPacket[], wanted: readonly ExpectedPublish[]): Flight[] {
  const unbound = wanted.filter(({ flight, dup }) => flight !== undefined && !dup);
  const flights: Flight[] = [];
  for (const packet of arrived) {
    if (packet.qos === 0 || packet.dup) continue;
    const text = plain(packet);
    const index = unbound.findIndex((expected) => plainExpected(expected) === text);
    const [expected] = unbound.splice(index, 1);
    if (expected?.flight === undefined) continue;
    expected.flight.packetId = packet.packetId as number;
    flights.push(expected.flight);
  }
  return flights;
}

function intervalOf(sessionExpiry: number): { sessionExpiryInterval?: number } {
  if (sessionExpiry === 0) return {};
  return { sessionExpiryInterval: Number.isFinite(sessionExpiry) ? sessionExpiry : 0xffff_ffff };
}

function sizeOf({ topic, payload, qos, identifiers, expiry }: ExpectedPublish, version: ProtocolVersion): number {
  const packet: PublishPacket = {
    type: PacketType.PUBLISH,
    dup: false,
    qos,
    retain: false,
    topic,
    packetId: qos === 0 ? undefined : 1,
    properties:
      version === 5
        ? {
            ...(identifiers.length === 0 ? {} : { subscriptionIdentifiers: identifiers }),
            ...(expiry === undefined ? {} : { messageExpiryInterval: expiry }),
          }
        : NO_PROPERTIES,
    payload: Buffer.from(payload),
  };
  return encodePacket(packet, version).length;
}
