import { defineCommand, optionalOperand, type ValuesOf } from "../../command.ts";
import { brokerUrl } from "../../mqtt-types.ts";
import { flag, group, partOf, value } from "../../option.ts";
import { configurationOptions } from "../../options/configuration.ts";
import { connectionOptions } from "../../options/connection.ts";
import { credentialOptions } from "../../options/credentials.ts";
import { outputOptions } from "../../options/output.ts";
import { networkOptions } from "../../options/proxy.ts";
import { tlsOptions } from "../../options/tls.ts";
import { duration, integer } from "../../value-types.ts";
import { messageRate, payloadSizes, qosLevels } from "./value-types.ts";

/** Client ids and sessions are the benchmark's own affair. */
const connection = partOf(connectionOptions, [
  ...(["host", "port", "url", "unix", "username", "password", "keepAlive", "mqttVersion", "connectTimeout"] as const),
]);

const load = group("Load", () => ({
  qos: value(qosLevels, {
    flags: "-q, --qos <levels>",
    summary: "qualities of service to measure",
    default: [0, 1, 2],
    defaultText: "0,1,2",
  }),
  size: value(payloadSizes, {
    flags: "--size <bytes>",
    summary: "payload sizes to measure, each with every QoS: 64,1k",
    default: [64],
    defaultText: "64",
  }),
  pairs: value(integer(1, 1_000_000), {
    flags: "--pairs <n>",
    summary: "publishers, each with a topic and a subscriber of its own",
    default: 10,
  }),
  duration: value(duration(1), {
    flags: "--duration <time>",
    summary: "how long each measurement takes",
    default: 5000,
    defaultText: "5s",
  }),
  warmup: value(duration(), {
    flags: "--warmup <time>",
    summary: "load before each measurement that is not measured",
    default: 1000,
    defaultText: "1s",
  }),
  rate: value(messageRate, {
    flags: "--rate <n>",
    summary: "only latency, at this many messages per second in all: 20k",
  }),
  max: flag({ flags: "--max", summary: "only capacity, with no latency" }),
  window: value(integer(1, 65_535), {
    flags: "--window <n>",
    summary: "messages that each pair has under way while capacity is measured",
    defaultText: "500 with QoS 0, else 100; less beyond 10 pairs",
  }),
  maximumInFlight: value(integer(1, 65_535), {
    flags: "-M, --max-inflight <n>",
    summary: "unacknowledged messages of each publisher, at most",
    defaultText: "what the broker allows; 20 for QoS 2 before MQTT 5",
  }),
}));

const report = group("Report", () => ({
  json: flag({ flags: "--json", summary: "print the whole result as JSON, with histograms" }),
  dryRun: flag({ flags: "--dry-run", summary: "print what would be measured as JSON, and measure nothing" }),
}));

export const benchDefinition = defineCommand({
  name: "bench",
  summary: "measure a broker",
  description:
    "Measures how many messages a broker can deliver, and how long they take at half of that. Without URL it starts a broker of its own in another process. Capacity: each pair always has some messages under way. Latency: messages are sent on a fixed schedule and timed from when each was due, so that a stall shows. Every message is checked: if one is lost, reordered, corrupted or (QoS 0 and 2) duplicated, the exit code is 6.",
  operands: {
    URL: optionalOperand(
      brokerUrl,
      "the broker: mqtt://[user[:password]@]host[:port], mqtts://, ws://, wss:// or unix:",
      { secret: true, replaces: ["url", "host", "port", "unix"] },
    ),
  },
  groups: [
    load,
    connection,
    credentialOptions,
    tlsOptions,
    networkOptions,
    report,
    partOf(configurationOptions, ["profile"]),
    outputOptions,
  ],
  examples: [
    { line: "mqtk bench", meaning: "QoS 0, 1 and 2 with a broker started for it" },
    { line: "mqtk bench mqtt://localhost --qos 1 --size 64,1k,64k", meaning: "a row for each payload size" },
    { line: "mqtk bench -h localhost --rate 10k --duration 30s", meaning: "latency at 10,000 messages per second" },
    { line: "mqtk bench --max --json > result.json", meaning: "capacity alone, for other programs" },
  ],
});
export type BenchValues = ValuesOf<typeof benchDefinition>;
