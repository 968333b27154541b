import type { BrokerOptions, ListenerOptions, QueuePolicy } from "../../../broker/index.ts";
import type { QoS } from "../../../codec/index.ts";
import { flag, group, type Option, type OptionValues, placeholderOf, type ValueType, value } from "../../option.ts";
import { choice, integer } from "../../value-types.ts";
import { amount, bytes, duration, seconds, time } from "./limit-types.ts";

/** The largest number of messages that a client or a broker can say that it takes at once (2 bytes). */
const MOST_IN_FLIGHT = 65_535;
/** 256 MiB and its header. */
const LARGEST_PACKET = 268_435_460;
/** Here none means none. */
const aliases = integer(0, 65_535);

/**
 * What the broker allows: name, unit, default and meaning of each limit, by the name that it has in the broker's options.
 * The default stands here as it is shown; a test compares it with the broker's own. Where mosquitto has the limit too,
 * its name is used.
 */
const makeLimits = () =>
  ({
    maximumConnections: limit(
      amount(1),
      "--max-connections <n>",
      "none",
      "connections at once, as far as the system allows",
    ),
    handshakeTimeout: limit(
      time(1),
      "--handshake-timeout <time>",
      "10s",
      "what comes before MQTT: TLS, the HTTP of a WebSocket, the header of a proxy",
    ),
    connectTimeout: limit(time(1), "--connect-timeout <time>", "5s", "from a connection to its CONNECT"),
    maximumConnectSize: limit(
      bytes(64),
      "--max-connect-size <size>",
      "256k",
      "a packet of a client that was not let in yet",
    ),
    maximumFailedConnects: limit(
      amount(1),
      "--max-failed-connects <n>",
      "20",
      "refused passwords a minute from one address, before it is refused unseen",
    ),
    maximumReconnects: limit(
      amount(1),
      "--max-reconnects <n>",
      "none",
      "connections under one client id within a minute, before more are refused (0x8A; before 5.0, return code 5)",
    ),
    banTime: limit(duration(1), "--ban-time <time>", "5m", "for which they are then refused"),
    maximumClientIdLength: limit(bytes(23, 65_535), "--max-client-id <size>", "1k", "a client id"),
    maximumKeepAlive: limit(
      seconds(1, 65_535),
      "--max-keepalive <time>",
      "none",
      "keep alive interval; clients that want a longer one, or none, get this",
    ),
    maximumPacketSize: limit(bytes(64, LARGEST_PACKET), "--max-packet-size <size>", "2M", "a packet from a client"),
    maximumQoS: value(choice<QoS>({ "0": 0, "1": 1, "2": 2 }), {
      flags: "--max-qos <n>",
      summary: "the highest QoS of clients' messages and subscriptions",
      defaultText: "2",
    }),
    maximumTopicLevels: limit(amount(1), "--max-topic-levels <n>", "256", "levels of a topic or filter"),
    maximumUserProperties: limit(amount(1), "--max-user-properties <n>", "64", "user properties of a packet"),
    maximumUserPropertyBytes: limit(bytes(1), "--max-user-property-bytes <size>", "16k", "and their bytes"),
    topicAliasMaximum: limit(aliases, "--max-topic-alias <n>", "32", "topic aliases that a client may set"),
    outgoingTopicAliasMaximum: limit(
      aliases,
      "--max-topic-alias-broker <n>",
      "16",
      "topic aliases that the broker sets for a client",
    ),
    receiveMaximum: limit(
      amount(1, MOST_IN_FLIGHT),
      "--receive-maximum <n>",
      "1000",
      "unfinished QoS 1 and 2 messages from a client",
    ),
    maximumInFlight: limit(
      amount(1, MOST_IN_FLIGHT),
      "--max-inflight-messages <n>",
      "10000",
      "unacknowledged messages to a client, if it takes as many",
    ),
    maximumQueueLength: limit(amount(1), "--max-queued-messages <n>", "1000", "messages that wait for a client"),
    maximumQueueBytes: limit(bytes(1), "--max-queued-bytes <size>", "64M", "and their bytes"),
    queuePolicy: value(
      choice<QueuePolicy>({
        "drop-new": "drop-new",
        "drop-old": "drop-old",
        disconnect: "disconnect",
        "reject-publish": "reject-publish",
      }),
      {
        flags: "--queue-policy <policy>",
        summary:
          "when that is reached: drop the new message, drop the oldest, disconnect the client, or reject-publish: drop the new message for this client and tell its 5.0 publisher (0x97), whoever else got it",
        defaultText: "drop-new",
      },
    ),
    slowAfter: limit(
      time(1),
      "--slow-after <time>",
      "2s",
      "without progress, before publishers no longer wait for a subscriber and QoS 0 is dropped for it",
    ),
    softBacklog: limit(
      bytes(1),
      "--soft-backlog <size>",
      "1M",
      "waiting for a connection, above which publishers wait for it",
    ),
    hardBacklog: limit(bytes(1), "--hard-backlog <size>", "16M", "waiting for a connection, above which it is closed"),
    maximumMemory: limit(bytes(1), "--memory-limit <size>", "1G", "waiting for all clients together"),
    maximumSubscriptions: limit(amount(1), "--max-subscriptions <n>", "1000", "subscriptions of a client"),
    maximumSubscriptionBytes: limit(
      bytes(1),
      "--max-subscription-bytes <size>",
      "64M",
      "that the subscriptions of a client may take",
    ),
    maximumSubscriptionMemory: limit(
      bytes(1),
      "--subscription-memory-limit <size>",
      "1G",
      "and those of all clients together",
    ),
    maximumRetained: limit(amount(0), "--max-retained <n>", "100000", "retained messages"),
    maximumRetainedBytes: limit(bytes(0), "--max-retained-bytes <size>", "256M", "and their bytes"),
    maximumSessions: limit(amount(1), "--max-sessions <n>", "100000", "sessions, also of clients that are away"),
    maximumSessionExpiry: limit(seconds(0), "--max-session-expiry <time>", "7d", "that a session waits for its client"),
    busyAfter: limit(
      time(1),
      "--busy-after <time>",
      "200ms",
      "that the broker is late with its work, before new clients are refused",
    ),
    overloadedAfter: limit(
      time(1),
      "--overloaded-after <time>",
      "1s",
      "that it is late, before the heaviest publishers have to wait",
    ),
    strictUtf8: flag({
      flags: "--strict-utf8",
      summary: "refuse control characters and non-characters in strings",
    }),
  }) satisfies Partial<Record<keyof BrokerOptions, Option<unknown>>>;

export const limitOptions = group(
  "Limits (a time such as 500ms or 5s, a size such as 64k or 2M; none lifts one)",
  makeLimits,
);

/** The limits that a listener may have of its own, by the same names. */
export const LISTENER_LIMITS = [
  "handshakeTimeout",
  "connectTimeout",
  "maximumConnectSize",
  "maximumClientIdLength",
  "maximumKeepAlive",
  "maximumPacketSize",
  "maximumQoS",
  "topicAliasMaximum",
  "outgoingTopicAliasMaximum",
  "receiveMaximum",
  "maximumInFlight",
] as const satisfies readonly (keyof ListenerOptions)[];

type LimitValues = OptionValues<typeof limitOptions.options>;

/** What a limit is counted in where it is shown. */
export type Unit = "bytes" | "ms" | "s";

export function unitOf(name: keyof LimitValues): Unit | undefined {
  switch (placeholderOf(limitOptions.options[name])) {
    case "<size>":
      return "bytes";
    case "<time>":
      return name === "maximumKeepAlive" || name === "maximumSessionExpiry" ? "s" : "ms";
    default:
      return undefined;
  }
}

/** What was asked for, as options of the broker; the rest is as the broker has it. */
export function brokerOptionsFrom(values: LimitValues): Partial<BrokerOptions> {
  const names = Object.keys(limitOptions.options) as (keyof LimitValues)[];
  return Object.fromEntries(names.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

function limit(
  type: ValueType<number>,
  flags: string,
  defaultText: string,
  summary: string,
): Option<number | undefined> {
  return value(type, { flags, summary, defaultText });
}
