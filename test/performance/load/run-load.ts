import { setTimeout as sleep } from "node:timers/promises";
import { cpuSeconds } from "../process-figures.ts";
import { Latencies } from "./latencies.ts";
import { filtersOf, type LoadPlan, type LoadResult } from "./load-plan.ts";
import { LoadPublisher } from "./load-publisher.ts";
import { LoadSubscriber, type Reception } from "./load-subscriber.ts";

/** Seconds without anything arriving after which what is missing counts as lost. */
const PATIENCE = 4;

/** Puts a load on the broker at `port` of this machine, whose process is `brokerPid`, and measures. */
export async function runLoad(plan: LoadPlan, port: number, brokerPid: number): Promise<LoadResult> {
  const lost = (reason: string): never => {
    throw new Error(`connection lost: ${reason}`);
  };
  let ready: LoadPublisher[] = [];
  const goOn = (): void => {
    const those = ready;
    ready = [];
    for (const publisher of those) {
      publisher.isReady = false;
      publisher.fill();
    }
  };
  // Like an event loop of C: everything that arrived in this turn first, then everybody who may publish again.
  const progressed = (publisher: LoadPublisher): void => {
    if (!publisher.isReady && plan.rate === undefined) {
      publisher.isReady = true;
      if (ready.push(publisher) === 1) {
        setImmediate(goOn);
      }
    }
  };
  const publishers: LoadPublisher[] = [];
  const reception: Reception = {
    publishers,
    latencies: plan.rate === undefined ? undefined : new Latencies(),
    received: 0,
    disordered: 0,
    foreign: 0,
    delivered: progressed,
  };
  const subscribers: LoadSubscriber[] = [];
  // One after the other: brokers do not wait long for the CONNECT of a connection.
  for (let index = 0; index < plan.subscribers; index += 1) {
    const subscriber = new LoadSubscriber(port, plan, reception, lost);
    subscribers.push(subscriber);
    await subscriber.open(`s${index}`, plan.extra === "alias" ? { topicAliasMaximum: 10 } : {});
    await subscriber.subscribe(filtersOf(plan, index), plan.qos);
  }
  for (let index = 0; index < plan.publishers; index += 1) {
    const publisher = new LoadPublisher(port, index, plan, progressed, lost);
    publishers.push(publisher);
    await publisher.open(`p${index}`);
  }

  const stop = plan.rate === undefined ? fillAll(publishers) : publishAtRate(publishers, plan.rate);
  await sleep(plan.warmUpSeconds * 1000);
  if (reception.latencies !== undefined) {
    reception.latencies.from = performance.now();
  }
  const from = figures(reception, brokerPid);
  await sleep(plan.seconds * 1000);
  const to = figures(reception, brokerPid);
  stop();

  const sent = (): number => publishers.reduce((sum, publisher) => sum + publisher.sent, 0);
  const expected = sent() * (plan.shape === "fan-out" ? plan.subscribers : 1);
  await settled(reception, publishers, expected);
  const seconds = (to.time - from.time) / 1000;
  const messages = to.received - from.received;
  const brokerSeconds = to.broker === undefined ? undefined : to.broker - (from.broker ?? 0);
  for (const connection of [...publishers, ...subscribers]) {
    connection.close();
  }
  return {
    isComplete:
      reception.received === expected &&
      reception.disordered + reception.foreign === 0 &&
      publishers.every((publisher) => publisher.confused === 0 && publisher.isAcknowledged),
    sent: sent(),
    received: reception.received,
    expected,
    disordered: reception.disordered,
    perSecond: messages / seconds,
    cpuPerMillion: brokerSeconds === undefined ? undefined : (brokerSeconds * 1e6) / messages,
    brokerLoad: brokerSeconds === undefined ? undefined : brokerSeconds / seconds,
    generatorLoad: (to.own - from.own) / seconds,
    median: reception.latencies?.percentile(50),
    p99: reception.latencies?.percentile(99),
  };
}

/** Everybody begins, and goes on by what arrives. Gives what ends it. */
function fillAll(publishers: readonly LoadPublisher[]): () => void {
  for (const publisher of publishers) {
    publisher.fill();
  }
  return () => {
    for (const publisher of publishers) {
      publisher.isStopped = true;
    }
  };
}

/** At even intervals, each publisher in turn. What is late is sent at once, with the time at which it should have been. */
function publishAtRate(publishers: readonly LoadPublisher[], rate: number): () => void {
  const start = performance.now();
  let count = 0;
  let isStopped = false;
  const spin = (): void => {
    if (isStopped) {
      return;
    }
    const now = performance.now();
    for (let due = start + (count * 1000) / rate; due <= now; due = start + (count * 1000) / rate) {
      if (!(publishers[count % publishers.length] as LoadPublisher).publishOne(due)) {
        break;
      }
      count += 1;
    }
    setImmediate(spin);
  };
  spin();
  return () => {
    isStopped = true;
  };
}

function figures({ received }: Reception, brokerPid: number) {
  const { user, system } = process.cpuUsage();
  return { time: performance.now(), received, broker: cpuSeconds(brokerPid), own: (user + system) / 1e6 };
}

/** Waits for everything that is under way, or until nothing comes any more. */
async function settled(reception: Reception, publishers: readonly LoadPublisher[], expected: number): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < PATIENCE; quiet = reception.received === before ? quiet + 0.05 : 0) {
    if (reception.received >= expected && publishers.every((publisher) => publisher.isAcknowledged)) {
      return;
    }
    before = reception.received;
    await sleep(50);
  }
}
