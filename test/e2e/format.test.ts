// The -F language beside the mosquitto_sub that Debian has (2.0.11), on the same messages.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { PacketClient } from "../support/packet-client.ts";
import { peer } from "../support/peers.ts";
import { runMqtk, startBroker } from "../support/run-mqtk.ts";

const mosquittoSub = peer("mosquitto_sub");

const formats = [
  "%t|%5t|%-5t|%05t|%.1t|%4.2t|%q|%5q|%r|%l|%05l|%-5l|%m|%3m|%%|@@|\\\\|\\t|\\0|\\a|\\e|\\r|\\v|\\n",
  "%p|%10p|%-10p|%010p|%3p|%-p|",
  "%x|%X|%-x|",
  "%C|%7C|%-7C|%.1C|%R|%10R|%-10R|%E|%5E|%05E|%F|%5F|%S|%5S|%A|%5A|%05A|%P|%D|",
  "@Y-@m-@d|@a|@A|@b|@B|@C|@d|@D|@e|@F|@g|@G|@h|@H|@I|@j|@k|@l|@n|@p|@P|@R|@t|@u|@U|@V|@w|@W|@x|@y|@z|@Z",
] as const;

test.skipIf(mosquittoSub === undefined)("prints what mosquitto_sub prints", { timeout: 60_000 }, async () => {
  const broker = await startBroker();
  const publisher = await PacketClient.connect({ host: "127.0.0.1", port: broker.port });
  const properties = {
    payloadFormatIndicator: 0 as const,
    messageExpiryInterval: 1500,
    contentType: "text/plain",
    responseTopic: "re/ply",
    correlationData: Buffer.from("c\0d"),
    userProperties: [
      ["a", "b"],
      ["x y", "z"],
    ] as const,
  };
  const payloads = [Buffer.from("hello"), Buffer.from([0, 0xff, 0x1b, 0x0a]), Buffer.alloc(0), Buffer.from("é😀")];
  for (const [index, payload] of payloads.entries()) {
    publisher.publish(`t/${index}`, payload, { qos: 1, retain: true, properties });
    publisher.publish(`u/${index}`, payload.length === 0 ? Buffer.from("bare") : payload, { qos: 1, retain: true });
  }
  await publisher.settled();
  for (const format of formats) {
    const words = ["-p", `${broker.port}`, "-t", "#", "-q", "1", "-C", "7", "-W", "10", "-F", format, "-V", "mqttv5"];
    const child = spawn(mosquittoSub as string, words, { env: { ...process.env, LC_ALL: "C" } });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [ours] = await Promise.all([runMqtk(["sub", ...words]), once(child, "close")]);
    expect(ours.stderr).toBe("");
    // The order of retained messages is the broker's affair, and a second may pass between both.
    const sorted = (bytes: Buffer): string[] =>
      bytes
        .toString("latin1")
        .replace(/14\d\d/g, "1500")
        .split("\n")
        .sort();
    expect(sorted(ours.stdoutBytes)).toEqual(sorted(Buffer.concat(chunks)));
  }
});

test.skipIf(mosquittoSub === undefined)("%J as mosquitto_sub, but for retain and the time", async () => {
  const broker = await startBroker();
  const publisher = await PacketClient.connect({ host: "127.0.0.1", port: broker.port });
  const payload = '{"b":[1,2.50,1e3,{"c":"\\u00e9\\/"}],"10":true,"a":null,"b":-0.1,"e":[],"f":{},"g":123456789012}';
  publisher.publish("t", payload, { qos: 1, retain: true });
  await publisher.settled();
  for (const extra of [[], ["--pretty"]]) {
    const words = ["-p", `${broker.port}`, "-t", "t", "-C", "1", "-W", "10", "-F", "%J", ...extra];
    const child = spawn(mosquittoSub as string, words);
    let theirs = "";
    child.stdout.on("data", (chunk: Buffer) => {
      theirs += chunk.toString();
    });
    const [ours] = await Promise.all([runMqtk(["sub", ...words]), once(child, "close")]);
    const withoutTime = (text: string): string => text.replace(/"20[^"]*"/, "TIME");
    expect(withoutTime(ours.stdout)).toBe(withoutTime(theirs).replace(/("retain":\s*)1/, "$1true"));
  }
});
