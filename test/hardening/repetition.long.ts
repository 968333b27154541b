import { expect, test } from "vitest";
import { PacketType } from "../../src/codec/index.ts";
import { PacketClient, payloadsOf, publishPacket } from "../support/packet-client.ts";
import { ChildBroker } from "./support/child-broker.ts";
import { DistantBystander } from "./support/distant-bystander.ts";
import { malformedCases } from "./support/malformed-cases.ts";
import { verdictOn } from "./support/verdict.ts";

const MEGABYTE = 1024 * 1024;
const HOUR = 3_600_000;
/** The longest that somebody who has nothing to do with it may wait, on a quiet machine, in milliseconds. */
const PATIENCE = 250;

test("MP-01 to MP-29, a thousand times each: memory does not grow, the bystander notices nothing", {
  timeout: HOUR,
}, async () => {
  const broker = await ChildBroker.start(["--quiet"]);
  const bystander = await DistantBystander.start(broker.at);
  const round = () => Promise.all(malformedCases.map((one) => verdictOn(broker.at, one)));
  for (let count = 0; count < 100; count += 1) await round();
  const before = broker.memory;
  for (let count = 0; count < 900; count += 1) await round();
  expect(broker.memory - before).toBeLessThan(10 * MEGABYTE);
  await broker.check();
  await bystander.stop(PATIENCE);
});

test("RX-03 a minute of QoS 0 to a frozen subscriber: memory stays where it is", { timeout: HOUR }, async () => {
  const broker = await ChildBroker.start();
  const bystander = await DistantBystander.start(broker.at);
  const frozen = await PacketClient.connect(broker.at);
  await frozen.subscribe("flood");
  frozen.pause();
  const publisher = await PacketClient.connect(broker.at);
  const packets = Array.from({ length: 500 }, () => publishPacket("flood", Buffer.alloc(1024)));
  const memory: number[] = [];
  for (let tenth = 0; tenth < 600; tenth += 1) {
    publisher.send(...packets);
    await publisher.settled();
    await new Promise((resolve) => setTimeout(resolve, 100));
    memory.push(broker.memory);
  }
  expect(Math.max(...memory.slice(300)) - Math.max(...memory.slice(0, 300))).toBeLessThan(10 * MEGABYTE);
  expect((await broker.figures()).dropped["slow"]).toBeGreaterThan(200_000);
  await broker.check();
  await bystander.stop(PATIENCE);
});

test("RX-04 a minute of QoS 1 to a frozen session, with reject-publish: what was accepted is there, and no more", {
  timeout: HOUR,
}, async () => {
  const broker = await ChildBroker.start(["--queue-policy", "reject-publish"]);
  const bystander = await DistantBystander.start(broker.at);
  const staying = { clientId: "frozen", cleanStart: false };
  const properties = { sessionExpiryInterval: 3600 };
  const frozen = await PacketClient.connect(broker.at, {
    ...staying,
    properties: { ...properties, receiveMaximum: 10 },
  });
  await frozen.subscribe({ filter: "flood", qos: 1 });
  frozen.pause();
  const publisher = await PacketClient.connect(broker.at);
  const accepted: string[] = [];
  const memory: number[] = [];
  let rejected = 0;
  for (let tenth = 0; tenth < 600; tenth += 1) {
    const payloads = Array.from({ length: 500 }, (_, index) => `${tenth}-${index}`.padEnd(1024));
    publisher.send(
      ...payloads.map((payload, index) => publishPacket("flood", payload, { qos: 1, packetId: index + 1 })),
    );
    for (const [index, packet] of (await publisher.take(500)).entries()) {
      if (packet.type === PacketType.PUBACK && packet.reasonCode === 0) accepted.push(payloads[index] as string);
      else rejected += 1;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
    memory.push(broker.memory);
  }
  expect(Math.max(...memory.slice(300)) - Math.max(...memory.slice(0, 300))).toBeLessThan(10 * MEGABYTE);
  expect(rejected).toBe(300_000 - accepted.length);
  expect((await broker.figures()).dropped["queue-full"]).toBe(rejected);
  expect(accepted).toHaveLength(1000 + 10);
  frozen.destroy();
  const back = await PacketClient.connect(broker.at, { ...staying, properties });
  expect(payloadsOf(await back.settled())).toEqual(accepted);
  await broker.check();
  await bystander.stop(PATIENCE);
});

test("RX-12 100,000 retained messages to twenty slow readers", { timeout: HOUR }, async () => {
  const broker = await ChildBroker.start();
  const bystander = await DistantBystander.start(broker.at);
  const publisher = await PacketClient.connect(broker.at);
  for (let from = 0; from < 100_000; from += 1000) {
    publisher.send(
      ...Array.from({ length: 1000 }, (_, index) =>
        publishPacket(`r/${from + index}`, Buffer.alloc(200), { retain: true }),
      ),
    );
    await publisher.settled();
  }
  const readers = await Promise.all(Array.from({ length: 20 }, () => PacketClient.connect(broker.at)));
  const before = broker.memory;
  for (const reader of readers) {
    await reader.subscribe("r/#");
    reader.pause();
  }
  expect(broker.memory - before).toBeLessThan(100 * MEGABYTE);
  for (const reader of readers) {
    reader.resume();
    await reader.until(() => reader.arrived.length === 100_000, "all retained messages", 60_000);
    reader.arrived.length = 0;
  }
  await broker.check();
  await bystander.stop(PATIENCE);
});
