import { expect, onTestFinished, test } from "vitest";
import { connect, publish, subscribe } from "../conformance/support/write.ts";
import { RawClient } from "../support/raw-client.ts";
import { Bystander } from "./support/bystander.ts";
import { ChildBroker } from "./support/child-broker.ts";
import { type MalformedCase, malformedCases, nameOf } from "./support/malformed-cases.ts";
import { verdictOn, verdictsFor } from "./support/verdict.ts";

/** Frames up to this size are cut at every byte; larger ones would only repeat themselves. */
const SMALL = 80;
const MEGABYTE = 1024 * 1024;

/** In one piece; cut at every byte, one after the other and all at once. */
function cuts({ bytes }: MalformedCase): readonly (readonly number[])[] {
  const places = Array.from({ length: Math.min(bytes.length, SMALL) - 1 }, (_, index) => index + 1);
  return [[], ...places.map((place) => [place]), places];
}

test("MP-01 to MP-30: what may not be sent ends the connection with the right reason, however it is cut; nobody else notices", {
  timeout: 180_000,
}, async () => {
  const broker = await ChildBroker.start();
  const bystander = await Bystander.start(broker.at);
  const wrong: string[] = [];
  for (const one of malformedCases) {
    const verdicts = await Promise.all(cuts(one).map((ends) => verdictOn(broker.at, one, { ends })));
    const expected = verdictsFor(one);
    const others = [...new Set(verdicts)].filter((verdict) => !expected.includes(verdict));
    if (others.length > 0 || new Set(verdicts).size > 1)
      wrong.push(`${nameOf(one)}: ${[...new Set(verdicts)].join(" | ")} instead of ${expected.join(" or ")}`);
  }
  expect(wrong).toEqual([]);
  await broker.check();
  await bystander.stop();
});

test("MP-30 what stands before a violation in the same chunk counts, what stands behind it does not", {
  timeout: 60_000,
}, async () => {
  const broker = await ChildBroker.start();
  const witness = await RawClient.connect(broker.at);
  onTestFinished(() => witness.destroy());
  witness.send(connect(4, { clientId: "witness" }), subscribe(4, 1, [{ filter: "#" }]));
  await witness.frame();
  await witness.frame();
  const wrong: string[] = [];
  for (const one of malformedCases) {
    if (one.version === undefined) continue;
    const before = publish(one.version, { topic: "before", payload: "b" });
    const behind = publish(one.version, { topic: "behind", payload: "b" });
    const verdict = await verdictOn(broker.at, one, { before, behind });
    if (!verdictsFor(one).includes(verdict)) wrong.push(`${nameOf(one)}: ${verdict}`);
    const arrived = (await witness.frame()).toString("latin1");
    if (!arrived.includes("before")) wrong.push(`${nameOf(one)}: ${arrived} arrived instead of what came before`);
  }
  witness.send("c0 00");
  expect((await witness.frame()).toString("hex")).toBe("d000");
  expect(wrong).toEqual([]);
  await broker.check();
});

test("MP-02 500 packets of 256 MB are announced, and nothing is kept for them", async () => {
  const broker = await ChildBroker.start();
  await broker.check();
  const before = broker.memory;
  const [announced] = malformedCases.filter(({ name }) => name.startsWith("MP-02"));
  const verdicts = await Promise.all(
    Array.from({ length: 500 }, () => verdictOn(broker.at, announced as MalformedCase)),
  );
  expect(new Set(verdicts)).toEqual(new Set([""]));
  expect(broker.memory - before).toBeLessThan(40 * MEGABYTE);
  await broker.check();
});

test("MP-20 topics that begin with $ are ordinary, but for the broker's own", async () => {
  const broker = await ChildBroker.start();
  const client = await RawClient.connect(broker.at);
  onTestFinished(() => client.destroy());
  client.send(
    connect(4, { clientId: "c" }),
    subscribe(4, 1, [{ filter: "$foo/#" }, { filter: "$SYS/x" }, { filter: "#" }]),
  );
  await client.frame();
  await client.frame();
  client.send(
    publish(4, { topic: "$SYS/x", payload: "m", qos: 1, id: 1 }),
    publish(4, { topic: "$foo/x", payload: "m" }),
  );
  expect((await client.frame()).toString("hex")).toBe("40020001");
  expect((await client.frame()).toString("latin1")).toContain("$foo/x");
  await broker.check();
});

test("MP-29 the log says what does not speak MQTT", async () => {
  const broker = await ChildBroker.start();
  for (const one of malformedCases.filter(({ name }) => name.startsWith("MP-29"))) await verdictOn(broker.at, one);
  await broker.process.waitFor(/it speaks TLS/, "stderr");
  await broker.process.waitFor(/it speaks HTTP/, "stderr");
});

test("again and again: memory does not grow", { timeout: 120_000 }, async () => {
  const broker = await ChildBroker.start(["--quiet"]);
  const round = () => Promise.all(malformedCases.map((one) => verdictOn(broker.at, one)));
  for (let count = 0; count < 10; count += 1) await round();
  const before = broker.memory;
  for (let count = 0; count < 20; count += 1) await round();
  expect(broker.memory - before).toBeLessThan(30 * MEGABYTE);
  await broker.check();
});
