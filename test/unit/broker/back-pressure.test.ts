import { beforeEach, describe, expect, test } from "vitest";
import { Broker } from "../../../src/broker/index.ts";
import { encodePacket, PacketType, ReasonCode } from "../../../src/codec/index.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { connectPacket, type PacketClient, payloadsOf, publishPacket } from "../../support/packet-client.ts";
import { RunningBroker, TurnedClock } from "../../support/running-broker.ts";
import { turn } from "../../support/turn.ts";

const { PUBLISH, PUBACK } = PacketType;
const KILOBYTE = 1024;
/** More than the network between two sockets of this machine takes without anybody reading, in kilobytes. */
const MUCH = 20_000;

let clock: TurnedClock;
let broker: RunningBroker;

beforeEach(async () => {
  // It stands still: nobody becomes slow unless a test lets time pass.
  clock = new TurnedClock();
  broker = await RunningBroker.start({ clock });
});

/** Messages of about a kilobyte that begin with their number. */
function publishNumbered(publisher: PacketClient, from: number, to: number, qos: 0 | 1 = 0): void {
  for (let number = from; number < to; number += 200) {
    const packets = Array.from({ length: Math.min(200, to - number) }, (_, index) =>
      publishPacket("t", `${number + index} `.padEnd(KILOBYTE, "."), {
        qos,
        packetId: qos === 0 ? undefined : ((number + index) % 60_000) + 1,
      }),
    );
    publisher.send(...packets);
  }
}

function numbersOf(client: PacketClient): number[] {
  return client.arrived.flatMap(({ packet }) =>
    packet.type === PUBLISH ? [Number.parseInt(Buffer.from(packet.payload.subarray(0, 9)).toString(), 10)] : [],
  );
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

/** Waits until no more messages come in: publishers are held, or everything is through. Gives how many did. */
async function publishedWhenStill(): Promise<number> {
  const count = () => broker.eventsOf("onPublish").length;
  let last = -1;
  for (let quiet = 0; quiet < 3; ) {
    await broker.swept();
    quiet = count() === last ? quiet + 1 : 0;
    last = count();
  }
  return last;
}

function dropped(): number {
  return broker.eventsOf("onDropped").reduce((sum, [, , count]) => sum + (count as number), 0);
}

describe("back-pressure", () => {
  test("a subscriber that does not keep up slows its publisher; nothing is lost", async () => {
    const subscriber = await broker.connect();
    await subscriber.subscribe("t");
    subscriber.pause();
    const publisher = await broker.connect();
    publishNumbered(publisher, 0, MUCH);
    expect(await publishedWhenStill()).toBeLessThan(MUCH * 0.9);
    subscriber.resume();
    await subscriber.until(() => subscriber.arrived.length === MUCH, "everything", 15_000);
    expect(numbersOf(subscriber)).toEqual(upTo(MUCH));
    expect(dropped()).toBe(0);
  });

  test("without progress for two seconds nobody waits for it: QoS 0 is dropped and counted, and others get everything", async () => {
    const [frozen, bystander] = [await broker.connect(), await broker.connect()];
    await frozen.subscribe("t");
    await bystander.subscribe("t");
    frozen.pause();
    const publisher = await broker.connect();
    publishNumbered(publisher, 0, MUCH);
    expect(await publishedWhenStill()).toBeLessThan(MUCH);
    clock.advance(2000);
    await bystander.until(() => bystander.arrived.length === MUCH, "everything", 15_000);
    expect(numbersOf(bystander)).toEqual(upTo(MUCH));
    await broker.told("onDropped");
    frozen.resume();
    // It gets what was sent before it became slow, then, once it has caught up, what comes.
    await expect.poll(async () => (await frozen.settledFrames()).length, { timeout: 15_000 }).toBe(0);
    publishNumbered(publisher, MUCH, MUCH + 1);
    await publisher.settled();
    await frozen.settled().then((packets) => expect(payloadsOf(packets)).toHaveLength(1));
  });

  test("what a slow subscriber got and what was dropped is everything", async () => {
    const frozen = await broker.connect();
    await frozen.subscribe("t");
    frozen.pause();
    const publisher = await broker.connect();
    publishNumbered(publisher, 0, MUCH);
    await publishedWhenStill();
    clock.advance(2000);
    await publisher.settled();
    frozen.resume();
    const got = payloadsOf(await frozen.settled());
    clock.advance(2000);
    await expect.poll(dropped).toBe(MUCH - got.length);
    expect(got.map((payload) => Number.parseInt(payload, 10))).toEqual(upTo(got.length));
  });

  test("QoS 1: the queue stays within its limit, publishers wait for it, and nothing is lost", async () => {
    const subscriber = await broker.connect({ properties: { receiveMaximum: 10 } });
    await subscriber.subscribe({ filter: "t", qos: 1 });
    const publisher = await broker.connect();
    publishNumbered(publisher, 0, 20_000, 1);
    expect(await publishedWhenStill()).toBeLessThan(2000);
    const numbers: number[] = [];
    while (numbers.length < 20_000) {
      await subscriber.until(() => subscriber.arrived.length > 0, "more");
      numbers.push(...numbersOf(subscriber));
      for (const { packet } of subscriber.arrived.splice(0)) {
        subscriber.acknowledge(PUBACK, packet.type === PUBLISH ? packet.packetId : undefined);
      }
    }
    expect(numbers).toEqual(upTo(20_000));
    expect(dropped()).toBe(0);
  });

  test("QoS 1 to a subscriber that acknowledges nothing: after two seconds its queue fills, and others go on", async () => {
    const frozen = await broker.connect({ properties: { receiveMaximum: 10 } });
    await frozen.subscribe({ filter: "t", qos: 1 });
    const bystander = await broker.connect();
    await bystander.subscribe("t");
    const publisher = await broker.connect();
    publishNumbered(publisher, 0, 5000, 1);
    expect(await publishedWhenStill()).toBeLessThan(5000);
    clock.advance(2000);
    await bystander.until(() => bystander.arrived.length === 5000, "everything");
    expect((await publisher.take(5000)).filter((packet) => packet.type === PUBACK)).toHaveLength(5000);
    await broker.swept();
    clock.advance(1000);
    await expect.poll(dropped).toBe(5000 - 10 - 1000);
  });

  test("progress counts however much was handed to the network at once", async () => {
    const subscriber = await broker.connect();
    await subscriber.subscribe("t");
    subscriber.pause();
    const publishers = await Promise.all(upTo(40).map(() => broker.connect()));
    const packets = Array.from({ length: 1000 }, () => publishPacket("t", "x".padEnd(KILOBYTE, ".")));
    for (const publisher of publishers) {
      publisher.send(...packets);
    }
    await publishedWhenStill();
    // A reader that takes 2 MB per second.
    while (subscriber.arrived.length < 40_000 && dropped() === 0) {
      const before = subscriber.arrived.length;
      subscriber.resume();
      await subscriber.until(() => subscriber.arrived.length >= Math.min(before + 2000, 40_000), "more");
      subscriber.pause();
      clock.advance(1000);
      await broker.swept();
    }
    expect(dropped()).toBe(0);
    expect(subscriber.arrived).toHaveLength(40_000);
  });

  test("[MQTT-3.1.2-22] a publisher that is not read from is not blamed for its silence", async () => {
    const subscriber = await broker.connect();
    await subscriber.subscribe("t");
    subscriber.pause();
    const publisher = await broker.connect({ keepAlive: 1 });
    publishNumbered(publisher, 0, MUCH);
    await publishedWhenStill();
    clock.advance(1900);
    await broker.swept();
    expect(publisher.isClosed).toBe(false);
    subscriber.resume();
    await subscriber.until(() => subscriber.arrived.length === MUCH, "everything", 15_000);
    expect(await publisher.settled()).toEqual([]);
  });

  test("publishers go on when the subscriber they wait for goes away, and may go away themselves", async () => {
    const subscriber = await broker.connect();
    await subscriber.subscribe("t");
    subscriber.pause();
    const [stays, leaves] = [await broker.connect(), await broker.connect()];
    publishNumbered(stays, 0, MUCH);
    publishNumbered(leaves, 0, MUCH);
    await publishedWhenStill();
    leaves.destroy();
    subscriber.destroy();
    expect(await stays.settled()).toEqual([]);
    await broker.told("onDisconnect", 2);
  });

  test("a client that publishes to itself and does not read is held, and gets everything once it reads", async () => {
    const client = await broker.connect();
    await client.subscribe("t");
    client.pause();
    publishNumbered(client, 0, MUCH);
    expect(await publishedWhenStill()).toBeLessThan(MUCH);
    client.resume();
    await client.until(() => client.arrived.length === MUCH, "everything", 15_000);
    expect(numbersOf(client)).toEqual(upTo(MUCH));
  });

  test("a client that asks and asks and does not read the answers is not read from", async () => {
    const asked = new Broker({ options: { softBacklog: 1000 }, clock });
    const [mine, theirs] = memoryStreamPair();
    asked.accept(theirs);
    mine.write(encodePacket(connectPacket(), 5));
    await turn(5);
    const answers: Buffer[] = [];
    mine.onData = (chunk) => answers.push(chunk);
    theirs.hold();
    const pings = 50_000;
    for (let sent = 0; sent < pings; sent += 100) {
      mine.write(Buffer.concat(Array.from({ length: 100 }, () => Buffer.from("c000", "hex"))));
      await turn(2);
    }
    expect(theirs.isPaused).toBe(true);
    expect(asked.statistics().received.bytes).toBeLessThan(5000);
    theirs.release();
    await expect.poll(() => Buffer.concat(answers).length).toBe(2 * pings);
    await asked.stop(0);
  });

  test("retained messages wait for a subscriber that does not read, and none is lost", async () => {
    const publisher = await broker.connect();
    for (let index = 0; index < 20_000; index += 1) {
      publisher.publish(`r/${index}`, "x".padEnd(KILOBYTE, "."), { retain: true });
    }
    await publisher.settled();
    const subscriber = await broker.connect();
    subscriber.send({
      type: PacketType.SUBSCRIBE,
      packetId: 1,
      properties: {},
      subscriptions: [{ filter: "r/#", qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 }],
    });
    subscriber.pause();
    await turn(50);
    // Meanwhile the broker has time for others.
    expect(await publisher.settled()).toEqual([]);
    subscriber.resume();
    await subscriber.until(() => subscriber.arrived.length === 20_001, "everything", 15_000);
  });

  test("who lets more pile up than the hard limit is cut off, and nobody waits for it", async () => {
    const strict = await RunningBroker.start({ clock, options: { softBacklog: 100_000, hardBacklog: 300_000 } });
    const frozen = await strict.connect();
    await frozen.subscribe("t");
    frozen.pause();
    // Each of them is held only after it has added something.
    const publishers = await Promise.all(upTo(20).map(() => strict.connect()));
    for (const publisher of publishers) {
      publisher.send(...Array.from({ length: 20 }, () => publishPacket("t", Buffer.alloc(500_000))));
    }
    const [[, details]] = (await strict.told("onDisconnect")) as [[unknown, { reasonCode: number }]];
    expect(details.reasonCode).toBe(ReasonCode.QUOTA_EXCEEDED);
    for (const publisher of publishers) {
      expect(await publisher.settled()).toEqual([]);
    }
  });
});
