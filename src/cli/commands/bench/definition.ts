import { defineCommand, optionalOperand, type ValuesOf } from "../../command.ts";
import { brokerUrl } from "../../mqtt-types.ts";
import { flag, group, list, partOf, value } from "../../option.ts";
import { configurationOptions } from "../../options/configuration.ts";
import { connectionOptions } from "../../options/connection.ts";
import { credentialOptions } from "../../options/credentials.ts";
import { outputOptions } from "../../options/output.ts";
import { networkOptions } from "../../options/proxy.ts";
import { tlsOptions } from "../../options/tls.ts";
import { duration, file, integer, text } from "../../value-types.ts";
import { endingOptions, judgingOptions, reportOptions } from "./judging-options.ts";
import { targetSpec } from "./targets/target-spec.ts";
import {
  amount,
  cpuList,
  messageRate,
  mqttVersions,
  payloadSizes,
  processId,
  qosLevels,
  ramp,
  scenarioNames,
  workerCount,
} from "./value-types.ts";

/** Client ids and sessions are the benchmark's own affair. */
const connection = partOf(connectionOptions, [
  ...(["host", "port", "url", "unix", "username", "password", "keepAlive", "connectTimeout"] as const),
]);

const targets = group("Brokers", () => ({
  target: list(targetSpec, {
    flags: "--target <target>",
    summary: "NAME=URL, NAME=builtin or NAME='cmd:mosquitto -p {port}'; repeated, they take turns: AB BA AB …",
    secret: true,
    replaces: ["url", "host", "port", "unix"],
  }),
  baseRef: value(text, {
    flags: "--base-ref <ref>",
    summary: "compare the broker in this git repository with itself at a branch, tag or commit: targets base and head",
    replaces: ["url", "host", "port", "unix", "target"],
  }),
  build: value(text, {
    flags: "--build <command>",
    summary: "what builds the broker of --base-ref, run by a shell in both checkouts",
    defaultText: "nothing to build",
  }),
  start: value(text, {
    flags: "--start <command>",
    summary: "what starts the broker of --base-ref, in the foreground: './broker -p {port}'",
  }),
  rounds: value(integer(1, 1000), {
    flags: "--rounds <n>",
    summary: "how often each broker is measured, with new connections each time",
    defaultText: "1; 10 with several brokers",
  }),
  budget: value(duration(1), {
    flags: "--budget <time>",
    summary: "how long the run may take about: as many rounds as fit into it, --rounds at most",
    defaultText: "as long as it takes",
  }),
  samplePid: list(processId, {
    flags: "--sample-pid <pid>",
    summary: "account CPU and memory of this process as the broker's (Linux); with several brokers TARGET=PID",
  }),
  targetCpus: value(cpuList, {
    flags: "--target-cpus <list>",
    summary: "cores for the brokers that mqtk starts (Linux)",
    defaultText: "any",
  }),
  versions: value(mqttVersions, {
    flags: "-V, --mqtt-version <versions>",
    summary: "MQTT versions to measure",
    default: [5],
    defaultText: "5",
    aliases: ["--protocol-version"],
  }),
}));

const clients = group("Clients", () => ({
  id: value(text, {
    flags: "-i, --id <template>",
    summary: "client ids; {{i}} is the client's number: publishers first, then subscribers",
    defaultText: "made up",
  }),
  topic: value(text, {
    flags: "-t, --topic <template>",
    summary: "topics, one for each publisher: plant/{{i}}",
    defaultText: "mqtk/bench/…",
  }),
  payload: value(text, {
    flags: "-m, --payload <template>",
    summary: 'payloads, made anew for each message: {"seq":{{seq}},"t":{{now}}}; 24 bytes behind it prove what it is',
    defaultText: "--size bytes",
  }),
  credentials: value(file, {
    flags: "--credentials <file>",
    summary: "user names and passwords as CSV, a line for each client; after the last the first again",
  }),
  clientCert: value(text, {
    flags: "--client-cert <template>",
    summary: "a certificate for each client: certs/{{i}}.pem",
    completion: { kind: "file" },
  }),
  clientKey: value(text, {
    flags: "--client-key <template>",
    summary: "the private keys of --client-cert",
    completion: { kind: "file" },
  }),
}));

const load = group("Load", () => ({
  scenarioFile: value(file, {
    flags: "-f, --scenario-file <file>",
    summary:
      "YAML or JSON for what options cannot say: groups of clients, stages, think times; it may hold options too (mqtk bench init scenario writes an example)",
  }),
  scenario: value(scenarioNames, {
    flags: "--scenario <names>",
    summary:
      "what is measured: pair, fan-in, fan-out, shared, wildcard, rr, publish, subscribe, conn, churn, reconnect-storm, will-storm, retained, backlog, or several, or all",
    default: ["pair"],
    defaultText: "pair",
  }),
  qos: value(qosLevels, {
    flags: "-q, --qos <levels>",
    summary: "qualities of service to measure",
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
    summary: "publishers and as many subscribers (pair, rr, wildcard)",
    defaultText: "10",
  }),
  publishers: value(integer(1, 1_000_000), {
    flags: "--publishers <n>",
    summary: "publishers",
    defaultText: "as the scenario has it: fan-in 100, fan-out 1, others 10",
  }),
  subscribers: value(integer(1, 1_000_000), {
    flags: "--subscribers <n>",
    summary: "subscribers",
    defaultText: "as the scenario has it: fan-out 100, fan-in 1, others 10",
  }),
  clients: value(integer(1, 1_000_000), {
    flags: "--clients <n>",
    summary: "connections of conn, churn, subscribe and the storms",
    defaultText: "conn 1000, storms 500, others 50",
  }),
  count: value(amount, {
    flags: "--count <n>",
    summary: "so many messages in all, instead of a time; also how many retained and backlog have",
  }),
  duration: value(duration(1), {
    flags: "--duration <time>",
    summary: "how long each measurement takes",
    defaultText: "5s; 2s with several brokers",
  }),
  warmup: value(duration(), {
    flags: "--warmup <time>",
    summary: "load before each measurement that is not measured",
    defaultText: "1s; 0 with --ramp",
  }),
  rate: value(messageRate, {
    flags: "--rate <n>",
    summary: "only latency, at this many messages per second in all: 20k",
  }),
  ramp: value(ramp, {
    flags: "--ramp <stages>",
    summary: "only latency, at rates that change: 0→20k:10s,20k:1m (or 0-20k:10s)",
  }),
  poisson: flag({
    flags: "--poisson",
    summary: "messages come as from independent users, at random, and not at equal distances",
  }),
  findMax: flag({
    flags: "--find-max",
    summary: "look for the highest rate at which --slo holds: steps, bisects, and confirms it three times",
  }),
  slo: value(text, {
    flags: "--slo <objectives>",
    summary: "what must hold with --find-max: p50, p90, p99, p99.9, max below a time, loss",
    defaultText: "p99<50ms,loss=0",
  }),
  max: flag({ flags: "--max", summary: "only capacity, with no latency" }),
  window: value(integer(1, 65_535), {
    flags: "--window <n>",
    summary: "messages that each pair has under way while capacity is measured",
    defaultText: "500 with QoS 0, else 100; less beyond 10 pairs",
  }),
  workers: value(workerCount, {
    flags: "--workers <n>",
    summary: "threads that make the load, each with some of the clients; auto: one less than there are cores",
    defaultText: "1",
  }),
  cpus: value(cpuList, {
    flags: "--cpus <list>",
    summary: "cores for the load itself, such as 1 or 2-5 (Linux), so that it takes none from the broker",
    defaultText: "any",
  }),
  maximumInFlight: value(integer(1, 65_535), {
    flags: "-M, --max-inflight <n>",
    summary: "unacknowledged messages of each publisher, at most",
    defaultText: "what the broker allows; 20 for QoS 2 before MQTT 5",
  }),
}));

/** Measures what measuring itself is good for. */
const calibration = group("Noise", () => ({
  calibrate: flag({
    flags: "--calibrate",
    summary: "measure one broker as if it were two: what differs is noise (write it with --report, for --noise)",
  }),
}));

const printing = group("Result", () => ({
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
    targets,
    load,
    clients,
    connection,
    credentialOptions,
    tlsOptions,
    networkOptions,
    judgingOptions,
    endingOptions,
    calibration,
    reportOptions,
    printing,
    partOf(configurationOptions, ["profile"]),
    outputOptions,
  ],
  examples: [
    { line: "mqtk bench", meaning: "QoS 0, 1 and 2 with a broker started for it" },
    { line: "mqtk bench mqtt://localhost --qos 1 --size 64,1k,64k", meaning: "a row for each payload size" },
    { line: "mqtk bench -h localhost --rate 10k --duration 30s", meaning: "latency at 10,000 messages per second" },
    {
      line: "mqtk bench --target mqtk=builtin --target mosq='cmd:mosquitto -p {port}' -q 1",
      meaning: "two brokers, in turns",
    },
    {
      line: "mqtk bench --rate 10k --threshold 'latency.p99<50ms' --report report.html",
      meaning: "fails with 99 where that does not hold",
    },
    {
      line: "mqtk bench --target old=cmd:… --target new=cmd:… --baseline old --rate 5k",
      meaning: "fails with 98 where new is slower than old",
    },
    { line: "mqtk bench -f plant.yaml --report report.html", meaning: "groups and stages of a scenario file" },
    { line: "mqtk bench --max --json > result.json", meaning: "capacity alone, for other programs" },
  ],
});
export type BenchValues = ValuesOf<typeof benchDefinition>;
