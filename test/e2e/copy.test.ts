// Lossless pipes: what sub --json writes, pub --json publishes again, byte by byte and with every property.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, openSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { Readable, type Writable } from "node:stream";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../support/in-process.ts";
import { mqtkBin, startBroker, startMqtk } from "../support/run-mqtk.ts";

/** `LINES=1000000 npm test -- copy` copies as many as the README promises. */
const LINES = Number(process.env["LINES"] ?? 5000);
const EXPIRY = 100_000;
const TOPICS = 7;

interface Copied {
  readonly topic: string;
  readonly qos: number;
  readonly payload: Buffer;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Payloads that a careless way through text or JSON would change. */
const DELICATE = [
  "",
  "\n",
  "a\nb\r\n\0c\t",
  "\ufeffmark",
  "\u2028\u202e\u0007",
  '"quoted"',
  "null",
  "1e5",
  "-0",
  "12345678901234567890",
  '{"a": 1}',
  '{"a":1,"a":2}',
  '{"__proto__":{"x":1},"constructor":null}',
  '{"b":1,"10":2,"9":3}',
  '["\\ud800","\\u0041"]',
  "{",
  "πλάτη 🌡",
].map((text) => Buffer.from(text));

/** The message of this number: the same in every run. */
function messageOf(index: number): Copied {
  const random = createHash("sha256").update(`${index}`).digest();
  const [one = 0, two = 0, three = 0] = random;
  const payload = one < 64 ? (DELICATE[one % DELICATE.length] as Buffer) : random.subarray(0, one % 33);
  const all: Record<string, unknown> = {
    payloadFormatIndicator: 0,
    messageExpiryInterval: EXPIRY,
    contentType: `type/${three}`,
    responseTopic: `inbox/${index % 3}`,
    correlationData: random.subarray(0, three % 17).toString("base64"),
    userProperties: [
      ["same", `${three}`],
      ["same", "twice"],
      ["", "ü"],
    ],
  };
  const properties = Object.fromEntries(Object.entries(all).filter((_, place) => (two >> place) & 1));
  return { topic: `copy/${index % TOPICS}/ü`, qos: (two >> 6) & 1, payload, properties };
}

function* inputLines(): Generator<string> {
  for (let from = 0; from < LINES; from += 500) {
    const numbers = Array.from({ length: Math.min(500, LINES - from) }, (_, index) => from + index);
    const lines = numbers.map((number) => {
      const { payload, ...envelope } = messageOf(number);
      return JSON.stringify({ ...envelope, encoding: "base64", payload: payload.toString("base64") });
    });
    yield `${lines.join("\n")}\n`;
  }
}

/** One text for one message; what the broker counts down is not part of it. */
function canonical({ topic, qos, payload, properties }: Copied): string {
  const { messageExpiryInterval, ...others } = properties;
  const isCountedDown = typeof messageExpiryInterval === "number" && messageExpiryInterval > EXPIRY / 2;
  const sorted = Object.entries(others).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([topic, qos, payload.toString("base64"), isCountedDown, sorted]);
}

/** A line of sub --json, read by the rules that the README gives, and by none of our code. */
function readLine(line: string): Copied {
  const { topic, qos, encoding, payload, properties = {} } = JSON.parse(line);
  const bytes =
    encoding === "base64"
      ? Buffer.from(payload, "base64")
      : Buffer.from(encoding === "json" ? JSON.stringify(payload) : payload);
  return { topic, qos, payload: bytes, properties };
}

test(`sub --json | pub --json copies ${LINES} random messages with all properties`, {
  timeout: 120_000 + LINES / 2,
}, async () => {
  const [from, to] = await Promise.all([startBroker(), startBroker()]);
  // Into a file: a reader that stands still for two seconds, as this process may, is one that misses messages.
  const file = path.join(temporaryFolder(), "copied");
  const output = openSync(file, "w");
  const witness = spawn(
    process.execPath,
    [mqtkBin, "sub", "-p", `${to.port}`, "-t", "#", "-q", "1", "--json", "-C", `${LINES}`],
    { stdio: ["ignore", output, "inherit"] },
  );
  const line = `"$0" "$1" sub -p ${from.port} -t '#' -q 1 --json -C ${LINES} | "$0" "$1" pub -p ${to.port} --json`;
  await to.waitFor(/subscribed to/, "stderr");
  const copying = spawn("bash", ["-o", "pipefail", "-c", line, process.execPath, mqtkBin], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  onTestFinished(() => {
    witness.kill("SIGKILL");
    copying.kill("SIGKILL");
  });
  let complaints = "";
  copying.stderr.on("data", (chunk: Buffer) => {
    complaints += chunk;
  });
  const copied = once(copying, "close");
  await from.waitFor(/subscribed to/, "stderr");
  const feeding = startMqtk(["pub", "-p", `${from.port}`, "--json"], { input: "open" });
  Readable.from(inputLines(), { objectMode: true, highWaterMark: 4 }).pipe(feeding.child.stdin as Writable);

  expect(await feeding.ended).toMatchObject({ code: 0, stderr: "" });
  expect({ ended: await copied, complaints }).toEqual({ ended: [0, null], complaints: "" });
  if (witness.exitCode === null) await Promise.race([once(witness, "exit"), to.waitFor(/did not get/, "stderr")]);
  for (const broker of [from, to]) expect(broker.stderr).not.toContain("did not get");
  // QoS 0 may overtake QoS 1 (4.6); messages of one topic and one QoS keep their order.
  const places = new Map<string, number>();
  let count = 0;
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })) {
    const copy = readLine(text);
    const kind = `${copy.topic} ${copy.qos}`;
    let index = places.get(kind) ?? Number(copy.topic.split("/")[1]);
    while (messageOf(index).qos !== copy.qos) index += TOPICS;
    places.set(kind, index + TOPICS);
    const message = `${index}: ${canonical(copy)}`;
    const original = `${index}: ${canonical(messageOf(index))}`;
    if (message !== original) expect(message).toBe(original);
    count += 1;
  }
  expect(count).toBe(LINES);
});
