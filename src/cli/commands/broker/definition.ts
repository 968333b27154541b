import { defineCommand, type ValuesOf } from "../../command.ts";
import { flag, group, list, rest, value } from "../../option.ts";
import { accessOptions, listenerTlsOptions } from "../../options/listener.ts";
import { outputOptions } from "../../options/output.ts";
import { file, host, integer, text } from "../../value-types.ts";
import { limitOptions } from "./limits.ts";
import { listenUrl } from "./listen-url.ts";

const listening = group("Listening", () => ({
  port: value(integer(0, 65_535), {
    flags: "-p, --port <port>",
    summary: "the port; 0 takes a free one",
    defaultText: "1883, with TLS 8883",
  }),
  bind: value(host, {
    flags: "--bind <address>",
    summary: "the address to listen on; 0.0.0.0 or :: for all of this machine",
    defaultText: "127.0.0.1",
  }),
  unix: value(file, { flags: "--unix <file>", summary: "listen on this Unix socket; with --port beside it on both" }),
  unixMode: value(permissions(), {
    flags: "--unix-mode <mode>",
    summary: "permissions of the Unix socket, such as 660",
  }),
  listen: list(listenUrl, {
    flags: "--listen <url>",
    summary:
      "listen there (may be repeated): mqtt[s]://host[:port], ws[s]://…[/path], unix:/path; what differs from the options below stands behind a ?, such as mqtts://0.0.0.0?client-ca=ca.pem",
  }),
}));

function permissions() {
  return {
    ...text,
    expected: "permissions in octal digits, such as 660",
    parse: (typed: string) => (/^0?[0-7]{3}$/.test(typed) ? Number.parseInt(typed, 8) : undefined),
  };
}

const running = group("Running", () => ({
  readyJson: value(file, {
    flags: "--ready-json <file>",
    summary: "once it listens, write address and process id there as JSON; - is stdout",
  }),
  exec: rest({
    flags: "--exec <command...>",
    summary: "run this command with MQTK_URL set, then stop and exit with its code (all that follows belongs to it)",
  }),
  verbose: flag({ flags: "-v, --verbose", summary: "log every message too, and figures at the end" }),
  printConfig: flag({
    flags: "--print-config",
    summary: "print all settings, where each comes from, and do nothing else",
  }),
  json: flag({ flags: "--json", summary: "with --print-config: as JSON" }),
}));

export const brokerDefinition = defineCommand({
  name: "broker",
  summary: "run an MQTT broker",
  description:
    "Runs a broker for MQTT 5.0, 3.1.1 and 3.1 in memory until it is stopped, and logs one line per connection, subscription and disconnection. It listens on this machine only, unless told otherwise with --bind or --listen, and then wants to know who may come in. SIGHUP makes it read certificates and passwords again and disconnects users whose password is gone, SIGUSR1 log its figures.",
  groups: [listening, listenerTlsOptions, accessOptions, limitOptions, running, outputOptions],
  examples: [
    { line: "mqtk broker", meaning: "listen on 127.0.0.1:1883" },
    { line: "mqtk broker -p 0 --ready-json ready.json", meaning: "on a free port that ready.json tells" },
    { line: "mqtk broker --tls-dev", meaning: "with TLS on port 8883, and a certificate made for this machine" },
    {
      line: "mqtk broker --bind 0.0.0.0 --cert b.pem --key b.key --password-file users",
      meaning: "for other machines, with TLS and passwords",
    },
    {
      line: "mqtk broker --listen mqtt://127.0.0.1 --listen ws://127.0.0.1:8080/mqtt",
      meaning: "MQTT, and MQTT over WebSocket for browsers",
    },
    { line: "mqtk broker -p 0 --exec npm test", meaning: "a broker as long as the tests run" },
  ],
});
export type BrokerValues = ValuesOf<typeof brokerDefinition>;
