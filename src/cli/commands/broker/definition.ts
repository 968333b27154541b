import { defineCommand, type ValuesOf } from "../../command.ts";
import { flag, group, rest, value } from "../../option.ts";
import { outputOptions } from "../../options/output.ts";
import { file, host, integer } from "../../value-types.ts";

const listening = group("Listening", {
  port: value(integer(0, 65_535), {
    flags: "-p, --port <port>",
    summary: "the port; 0 takes a free one",
    default: 1883,
  }),
  bind: value(host, {
    flags: "--bind <address>",
    summary: "the address to listen on; 0.0.0.0 or :: for all of this machine",
    default: "127.0.0.1",
  }),
  unix: value(file, { flags: "--unix <file>", summary: "listen on this Unix socket instead" }),
});

const running = group("Running", {
  readyJson: value(file, {
    flags: "--ready-json <file>",
    summary: "once it listens, write address and process id there as JSON; - is stdout",
  }),
  exec: rest({
    flags: "--exec <command...>",
    summary: "run this command with MQTK_URL set, then stop and exit with its code (all that follows belongs to it)",
  }),
  verbose: flag({ flags: "-v, --verbose", summary: "log every message too" }),
});

export const brokerDefinition = defineCommand({
  name: "broker",
  summary: "run an MQTT broker",
  description:
    "Runs a broker for MQTT 5.0, 3.1.1 and 3.1 in memory until it is stopped, and logs one line per connection, subscription and disconnection. It listens on this machine only, unless told otherwise with --bind.",
  groups: [listening, running, outputOptions],
  examples: [
    { line: "mqtk broker", meaning: "listen on 127.0.0.1:1883" },
    { line: "mqtk broker -p 0 --ready-json ready.json", meaning: "on a free port that ready.json tells" },
    { line: "mqtk broker -p 0 --exec npm test", meaning: "a broker as long as the tests run" },
  ],
});
export type BrokerValues = ValuesOf<typeof brokerDefinition>;
