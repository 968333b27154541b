import { brokerUrl, mqttVersion } from "../mqtt-types.ts";
import { flag, group, type OptionValues, type ValueType, value } from "../option.ts";
import { duration, file, host, integer, text } from "../value-types.ts";
import { PASSWORDS } from "./credentials.ts";

/** How to reach the broker and who we are; letters and long names are those of mosquitto's clients. */
export const connectionOptions = group("Connection", () => ({
  host: value(host, {
    flags: "-h, --host <host>",
    summary: "the broker's name or IP address",
    defaultText: "localhost",
    replaces: ["url", "unix"],
  }),
  port: value(integer(1, 65_535), {
    flags: "-p, --port <port>",
    summary: "the broker's port",
    defaultText: "1883, with TLS 8883",
    replaces: ["unix"],
  }),
  url: value(brokerUrl, {
    flags: "-L, --url <url>",
    summary: "all at once: mqtt[s]://[user[:password]@]host[:port][/topic], ws[s]://…[/path]",
    secret: true,
    replaces: ({ userName, password }) => [
      ...["host", "port", "unix"],
      ...(userName === undefined ? [] : ["username"]),
      ...(password === undefined ? [] : PASSWORDS),
    ],
  }),
  srv: flag({
    flags: "-S, --srv",
    summary: "look up in DNS which machine and port serve MQTT for --host (SRV records)",
  }),
  unix: value(file, {
    flags: "--unix <file>",
    summary: "the broker's Unix socket",
    replaces: ["url", "host", "port"],
  }),
  id: value(text, { flags: "-i, --id <id>", summary: "the client id", defaultText: "made up" }),
  idPrefix: value(text, { flags: "-I, --id-prefix <text>", summary: "make up a client id that starts like this" }),
  username: value(text, { flags: "-u, --username <name>", summary: "the user name" }),
  password: value(text, {
    flags: "-P, --password <password>",
    summary: "the password (others may read it in the list of processes; MQTK_PASSWORD is safer)",
    aliases: ["--pw"],
    secret: true,
    replaces: PASSWORDS,
  }),
  keepAlive: value(integer(0, 65_535), {
    flags: "-k, --keepalive <seconds>",
    summary: "longest silence before a ping; 0: never",
    default: 60,
    aliases: ["--keep-alive"],
  }),
  mqttVersion: value(mqttVersion, {
    flags: "-V, --mqtt-version <version>",
    summary: "5, 3.1.1, 3.1, or auto: 5, and 3.1.1 where the broker refuses it",
    default: "auto",
    aliases: ["--protocol-version"],
  }),
  disableCleanSession: flag({
    flags: "-c, --disable-clean-session",
    summary: "go on with the session of this --id, and keep it when leaving",
  }),
  sessionExpiryInterval: value(sessionExpiry(), {
    flags: "-x, --session-expiry-interval <seconds>",
    summary: "how long the broker keeps the session after us, or never (MQTT 5)",
  }),
  connectTimeout: value(duration(1), {
    flags: "--connect-timeout <time>",
    summary: "longest time to get connected",
    default: 10_000,
    defaultText: "10s",
  }),
  waitForBroker: value(duration(1), {
    flags: "--wait-for-broker <time>",
    summary: "where the broker cannot be reached, try again for so long",
  }),
  maximumInFlight: value(integer(1, 65_535), {
    flags: "-M, --max-inflight <n>",
    summary: "QoS 1 and 2 messages on their way at once, at most",
    defaultText: "as many as the broker takes",
  }),
}));
export type ConnectionValues = OptionValues<typeof connectionOptions.options>;

/** Seconds; other words for "it does not expire" are 0xFFFFFFFF on the wire (5.0, 3.1.2.11.2); mosquitto's is -1. */
function sessionExpiry(): ValueType<number> {
  const seconds = integer(0, 0xffff_ffff);
  return {
    ...seconds,
    expected: "a number of seconds, or never",
    parse: (typed) => (["never", "infinity", "∞", "-1"].includes(typed) ? 0xffff_ffff : seconds.parse(typed)),
  };
}
