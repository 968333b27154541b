import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect, connectAsync, type MqttClient } from "mqtt";
import { describe, expect, onTestFinished, test } from "vitest";
import { type ForeignBroker, startAedes, startMosquitto } from "../support/foreign-brokers.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startBroker, startMqtk } from "../support/run-mqtk.ts";

const mosquitto = peer("mosquitto");
const mosquittoPub = peer("mosquitto_pub");
const mosquittoSub = peer("mosquitto_sub");

const COUNT = 40;
const TOPIC = "plant/é/1";

type Version = 4 | 5;
type Qos = 0 | 1 | 2;

interface Way {
  readonly port: number;
  readonly version: Version;
  readonly qos: Qos;
}

/** Publishes these lines, each as a message, and is done when the broker has them. */
type Publish = (way: Way, lines: readonly string[]) => Promise<unknown>;
/** Subscribes, and gives the payloads of the first `count` messages. */
type Subscribe = (way: Way, count: number) => Promise<string[]>;

const lineOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const linesOf = (text: string): string[] => text.split("\n").slice(0, -1);
const mosquittoVersion = ({ version }: Way): string => (version === 5 ? "5" : "311");

async function run(program: string, words: readonly string[], input = ""): Promise<string> {
  const child = spawn(program, words, { stdio: ["pipe", "pipe", "pipe"] });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  expect({ code, errors }).toEqual({ code: 0, errors: "" });
  return output;
}

/** The payload of the next message. */
function nextMessage(client: MqttClient): Promise<string> {
  return new Promise((resolve) => {
    client.once("message", (_, payload) => resolve(payload.toString()));
  });
}

async function connected({ port, version }: Way): Promise<MqttClient> {
  const client = await connectAsync({ host: "127.0.0.1", port, protocolVersion: version, reconnectPeriod: 0 });
  onTestFinished(() => {
    client.end(true);
  });
  return client;
}

const publishers: Readonly<Record<string, Publish>> = {
  mqtk: async ({ port, version, qos }, lines) => {
    const words = ["pub", "-p", `${port}`, "-V", version === 5 ? "5" : "3.1.1", "-t", TOPIC, "-q", `${qos}`, "-l"];
    expect(await runMqtk(words, { input: lineOf(lines) })).toMatchObject({ code: 0, stderr: "" });
  },
  mosquitto_pub: (way, lines) =>
    run(
      mosquittoPub as string,
      ["-p", `${way.port}`, "-V", mosquittoVersion(way), "-t", TOPIC, "-q", `${way.qos}`, "-l"],
      lineOf(lines),
    ),
  "npm mqtt": async (way, lines) => {
    const client = await connected(way);
    await Promise.all(lines.map((line) => client.publishAsync(TOPIC, line, { qos: way.qos })));
    await client.endAsync();
  },
};

const subscribers: Readonly<Record<string, Subscribe>> = {
  mqtk: async ({ port, version, qos }, count) => {
    const words = ["sub", "-p", `${port}`, "-V", version === 5 ? "5" : "3.1.1", "-t", "plant/#", "-q", `${qos}`];
    const { code, stdout, stderr } = await startMqtk([...words, "-C", `${count}`]).ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    return linesOf(stdout);
  },
  mosquitto_sub: async (way, count) => {
    const words = ["-p", `${way.port}`, "-V", mosquittoVersion(way), "-t", "plant/#", "-q", `${way.qos}`];
    return linesOf(await run(mosquittoSub as string, [...words, "-C", `${count}`]));
  },
  "npm mqtt": async (way, count) => {
    const client = await connected(way);
    const payloads: string[] = [];
    const all = new Promise<string[]>((resolve) => {
      client.on("message", (topic, payload) => {
        expect(topic).toBe(TOPIC);
        if (payloads.push(payload.toString()) === count) {
          resolve(payloads);
        }
      });
    });
    await client.subscribeAsync("plant/#", { qos: way.qos });
    const received = await all;
    await client.endAsync();
    return received;
  },
};

/** Each publisher's messages reach each subscriber: all of them, once, in order. */
async function expectEverything(
  way: Way,
  from: readonly string[],
  to: readonly string[],
  subscribed: (times: number) => Promise<void>,
): Promise<void> {
  const total = COUNT * from.length;
  const received = Promise.all(to.map((name) => (subscribers[name] as Subscribe)(way, total)));
  await subscribed(to.length);
  const sent = from.map((name) => Array.from({ length: COUNT }, (_, index) => `${name} ${index} \u{1f321} 21.5 °C`));
  await Promise.all(from.map((name, index) => (publishers[name] as Publish)(way, sent[index] ?? [])));
  for (const [index, lines] of (await received).entries()) {
    for (const [publisher, expected] of sent.entries()) {
      const those = lines.filter((line) => line.startsWith(`${from[publisher]} `));
      expect(those, `from ${from[publisher]} to ${to[index]}`).toEqual(expected);
    }
    expect(lines).toHaveLength(total);
  }
}

const ways = ([4, 5] as const).flatMap((version) =>
  ([0, 1, 2] as const).map((qos) => [`MQTT ${version === 5 ? "5" : "3.1.1"}, QoS ${qos}`, { version, qos }] as const),
);

/** `mqtk broker`, with what it logs of subscriptions. */
async function mqtkBroker(): Promise<ForeignBroker> {
  const broker = await startBroker();
  return {
    port: broker.port,
    subscribed: async (times) => {
      await broker.waitFor(new RegExp(`(subscribed to[\\s\\S]*){${times}}`), "stderr");
    },
  };
}

describe("mqtk broker", () => {
  const needed = mosquittoPub === undefined || mosquittoSub === undefined;
  test.skipIf(needed).each(ways)("with mosquitto_pub, mosquitto_sub and npm mqtt: %s", async (_, way) => {
    const { port, subscribed } = await mqtkBroker();
    const everybody = ["mosquitto_pub", "npm mqtt", "mqtk"];
    await expectEverything({ port, ...way }, everybody, ["mosquitto_sub", "npm mqtt", "mqtk"], subscribed);
  });

  test.each(ways)("with npm mqtt: %s", async (_, way) => {
    const { port, subscribed } = await mqtkBroker();
    await expectEverything({ port, ...way }, ["npm mqtt", "mqtk"], ["npm mqtt", "mqtk"], subscribed);
  });

  test.skipIf(needed)("passes properties from mosquitto_pub to mosquitto_sub, and retained messages", async () => {
    const { port } = await mqtkBroker();
    const properties = ["content-type text/plain", "response-topic answer", "correlation-data id-1"];
    await run(mosquittoPub as string, [
      ...["-p", `${port}`, "-V", "5", "-t", "state", "-m", "on", "-q", "1", "-r"],
      ...properties.flatMap((property) => ["-D", "publish", ...property.split(" ")]),
      ...["-D", "publish", "user-property", "a", "2", "-D", "publish", "user-property", "a", "1"],
    ]);
    const words = ["-p", `${port}`, "-V", "5", "-t", "#", "-q", "2", "-C", "1"];
    const printed = await run(mosquittoSub as string, [...words, "-F", "%t %p %q %r %C %R %D %P"]);
    expect(printed.trim()).toBe("state on 1 1 text/plain answer id-1 a:2 a:1");
  });

  test("keeps a session for npm mqtt, and publishes its will", async () => {
    const { port } = await mqtkBroker();
    const options = { host: "127.0.0.1", port, protocolVersion: 5, reconnectPeriod: 0, clientId: "worker" } as const;
    const session = { clean: false, properties: { sessionExpiryInterval: 60 } };
    const will = { topic: "gone", payload: Buffer.from("worker"), qos: 1, retain: false } as const;
    const first = await connectAsync({ ...options, ...session, will });
    await first.subscribeAsync("jobs", { qos: 1 });
    const watcher = await connected({ port, version: 5, qos: 1 });
    await watcher.subscribeAsync("gone", { qos: 1 });
    const gone = nextMessage(watcher);
    first.stream.destroy();
    expect(await gone).toBe("worker");
    await watcher.publishAsync("jobs", "while you were away", { qos: 1 });
    const second = connect({ ...options, ...session });
    onTestFinished(() => {
      second.end(true);
    });
    const message = nextMessage(second);
    const sessionPresent = new Promise((resolve) => {
      second.once("connect", (connack) => resolve(connack.sessionPresent));
    });
    expect(await sessionPresent).toBe(true);
    expect(await message).toBe("while you were away");
  });
});

describe("mqtk pub and mqtk sub", () => {
  test.skipIf(mosquitto === undefined).each(ways)("with mosquitto: %s", async (_, way) => {
    const { port, subscribed } = await startMosquitto(mosquitto as string);
    await expectEverything({ port, ...way }, ["mqtk", "npm mqtt"], ["mqtk", "npm mqtt"], subscribed);
  });

  test.each(ways.filter(([, { version }]) => version === 4))("with aedes: %s", async (_, way) => {
    const { port, subscribed } = await startAedes();
    await expectEverything({ port, ...way }, ["mqtk", "npm mqtt"], ["mqtk", "npm mqtt"], subscribed);
  });
});
