import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds, memoryNow } from "../process-figures.ts";
import type { LoadPlan } from "./load-plan.ts";
import { runLoad } from "./run-load.ts";
import { Client, publishFrame } from "./run-probe.ts";

const MILLION = 1_000_000;
const AT_A_TIME = 100;

interface Target {
  readonly port: number;
  readonly pid: number;
}

/** Loads that show what grows with their size; each tells its figures in words. */
export const scales: Readonly<Record<string, (broker: Target) => Promise<string[]>>> = {
  connections,
  subscriptions,
  retained,
  changes,
  topics,
};

/** 10,000 connections, each of which publishes once in 10 s with QoS 1. */
async function connections({ port, pid }: Target): Promise<string[]> {
  const count = 10_000;
  const seconds = 20;
  const memory = memoryNow(pid) ?? 0;
  const clients = await opened(port, count);
  const cpu = cpuSeconds(pid) ?? 0;
  const latencies: number[] = [];
  const start = performance.now();
  const pending: Promise<void>[] = [];
  for (let sent = 0; sent < (count * seconds) / 10; sent += 1) {
    const due = start + sent;
    while (performance.now() < due) await new Promise(setImmediate);
    const client = clients[sent % count] as Client;
    const acknowledged = client.publishAll(1, () => `device/${sent % count}/state`, false, 1);
    pending.push(acknowledged.then(() => void latencies.push(performance.now() - due)));
  }
  await Promise.all(pending);
  const used = ((cpuSeconds(pid) ?? 0) - cpu) / ((performance.now() - start) / 1000);
  latencies.sort((one, other) => one - other);
  const grown = (memoryNow(pid) ?? 0) - memory;
  for (const client of clients) client.close();
  return [
    `${latencies.length} messages acknowledged, ${(100 * used).toFixed(1)} % of a CPU`,
    `p50 ${at(latencies, 0.5)} ms, p99 ${at(latencies, 0.99)} ms from the intended time`,
    `${mebibytes(grown)} for ${count} connections, ${(grown / count / 1000).toFixed(1)} kB each`,
  ];
}

/** 1,000,000 subscriptions of 1,000 clients. */
async function subscriptions({ port, pid }: Target): Promise<string[]> {
  const clients = await opened(port, 1000);
  const memory = memoryNow(pid) ?? 0;
  const start = performance.now();
  await Promise.all(
    clients.map(async (client, owner) => {
      for (let from = 0; from < 1000; from += 100) {
        await client.subscribe(Array.from({ length: 100 }, (_, index) => `site/${owner}/device/${from + index}/+`));
      }
    }),
  );
  const seconds = (performance.now() - start) / 1000;
  const each = ((memoryNow(pid) ?? 0) - memory) / MILLION;
  const publisher = await openedOne(port);
  const topicOf = (index: number): string => `site/${index % 1000}/device/${Math.floor(index / 1000)}/temperature`;
  const first = await publishing(pid, publisher, topicOf);
  const again = await publishing(pid, publisher, topicOf);
  const received = (): number => clients.reduce((sum, client) => sum + client.received, 0);
  while (received() < 2 * MATCHES) await sleep(20);
  for (const client of [...clients, publisher]) client.close();
  return [
    `${seconds.toFixed(1)} s to subscribe, ${each.toFixed(0)} bytes for each subscription`,
    `${first} for a topic that is new, ${again} for one that is known, with delivery`,
  ];
}

const MATCHES = 100_000;

async function publishing(pid: number, publisher: Client, topicOf: (index: number) => string): Promise<string> {
  const cpu = cpuSeconds(pid) ?? 0;
  await publisher.publishAll(MATCHES, topicOf, false, 1000);
  return `${((((cpuSeconds(pid) ?? 0) - cpu) * MILLION) / MATCHES).toFixed(1)} µs of CPU`;
}

/** 1,000,000 retained messages of 16 bytes. */
async function retained({ port, pid }: Target): Promise<string[]> {
  const memory = memoryNow(pid) ?? 0;
  const publisher = await openedOne(port);
  const start = performance.now();
  await publisher.publishAll(MILLION, (index) => `ret/${Math.floor(index / 1000)}/dev${index % 1000}`, true, 1000);
  const seconds = (performance.now() - start) / 1000;
  const each = ((memoryNow(pid) ?? 0) - memory) / MILLION;
  const subscriber = await openedOne(port);
  const from = performance.now();
  await subscriber.subscribe(["#"]);
  await subscriber.receives(MILLION);
  const all = (subscriber.lastArrival - from) / 1000;
  publisher.close();
  subscriber.close();
  return [
    `${seconds.toFixed(1)} s to publish with QoS 1, ${each.toFixed(0)} bytes for each message`,
    `${subscriber.received} sent to one # in ${all.toFixed(2)} s`,
  ];
}

const pair: LoadPlan = {
  shape: "pairs",
  publishers: 10,
  subscribers: 10,
  qos: 0,
  publisherVersion: 4,
  subscriberVersion: 4,
  extra: undefined,
  window: 100,
  outstanding: 2000,
  size: 16,
  rate: undefined,
  warmUpSeconds: 0.7,
  seconds: 2,
};

/** 10 pairs at full speed, alone and while another client subscribes and unsubscribes 1,000 times a second. */
async function changes({ port, pid }: Target): Promise<string[]> {
  const rates: [alone: number[], changing: number[]] = [[], []];
  let changed = 0;
  let time = 0;
  for (let round = 0; round < 3; round += 1) {
    rates[0].push((await runLoad(pair, port, pid)).perSecond);
    const client = await openedOne(port);
    const start = performance.now();
    let due = 0;
    const timer = setInterval(() => {
      for (; due < performance.now() - start; due += 2) {
        const filter = `other/${due % 5000}/+`;
        void client.subscribe([filter]);
        void client.unsubscribe([filter]);
      }
    }, 5);
    rates[1].push((await runLoad(pair, port, pid)).perSecond);
    clearInterval(timer);
    changed += due;
    time += performance.now() - start;
    client.close();
  }
  const [alone, changing] = rates.map(middle) as [number, number];
  return [
    `${(alone / MILLION).toFixed(2)} M/s alone, ${(changing / MILLION).toFixed(2)} M/s with ${((changed * 1000) / time).toFixed(0)} changes a second`,
    `${(100 * (1 - changing / alone)).toFixed(0)} % less (must: under 20 %)`,
  ];
}

/** 10,000,000 distinct topics, published to once each. */
async function topics({ port, pid }: Target): Promise<string[]> {
  const publisher = await openedOne(port);
  const cpus: number[] = [];
  const sizes: number[] = [];
  for (let million = 0; million < 10; million += 1) {
    const cpu = cpuSeconds(pid) ?? 0;
    for (let index = 0; index < MILLION; index += 1000) {
      const frames = Array.from({ length: 1000 }, (_, one) =>
        publishFrame(`once/${million * MILLION + index + one}/x`, 0, false),
      );
      await publisher.writeAll(Buffer.concat(frames));
    }
    await publisher.ping();
    cpus.push((cpuSeconds(pid) ?? 0) - cpu);
    sizes.push(memoryNow(pid) ?? 0);
  }
  publisher.close();
  return [
    `µs of CPU for each of the first, second … tenth million: ${cpus.map((cpu) => cpu.toFixed(2)).join(" ")}`,
    `memory behind the first ${mebibytes(sizes[0] ?? 0)}, the fifth ${mebibytes(sizes[4] ?? 0)}, the tenth ${mebibytes(sizes[9] ?? 0)}`,
  ];
}

async function opened(port: number, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  while (clients.length < count) {
    clients.push(...(await Promise.all(Array.from({ length: AT_A_TIME }, () => openedOne(port)))));
  }
  return clients;
}

let opening = 0;

async function openedOne(port: number): Promise<Client> {
  const client = new Client(port);
  opening += 1;
  await client.open(`scale${opening}`);
  return client;
}

function at(sorted: readonly number[], share: number): string {
  return (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
}

function middle(numbers: readonly number[]): number {
  return [...numbers].sort((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MiB`;
}
