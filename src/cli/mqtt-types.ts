import type { ProtocolVersion, QoS } from "../codec/index.ts";
import { isValidTopicName, parseTopicFilter } from "../topic/index.ts";
import { type ParsedAddress, parseAddress } from "../transport/index.ts";
import type { ValueType } from "./option.ts";
import { choice } from "./value-types.ts";

/** 0, 1 or 2. */
export const qos: ValueType<QoS> = choice({ "0": 0, "1": 1, "2": 2 });

/** auto: the newest that the broker speaks. */
export type VersionChoice = ProtocolVersion | "auto";

/**
 * 5, 3.1.1, 3.1 or auto; also as mosquitto's clients, MQTTX and the wire write it. (A map: an object with the key "311"
 * has room for 311 others.)
 */
export const mqttVersion: ValueType<VersionChoice> = choice(
  new Map<string, VersionChoice>([
    ["auto", "auto"],
    ["5", 5],
    ["5.0", 5],
    ["mqttv5", 5],
    ["3.1.1", 4],
    ["311", 4],
    ["mqttv311", 4],
    ["4", 4],
    ["3.1", 3],
    ["31", 3],
    ["mqttv31", 3],
    ["3", 3],
  ]),
  ["auto", "5", "3.1.1", "3.1"],
);

/** A topic that can be published to. */
export const topicName: ValueType<string> = {
  expected: "a topic without + and #, not empty",
  parse: (typed) => (isValidTopicName(typed) ? typed : undefined),
  completion: { kind: "none" },
};

/** A topic filter, shared (`$share/group/filter`) or not. */
export const topicFilter: ValueType<string> = {
  expected: "a topic filter: + stands for one whole level, # for the rest and comes last",
  parse: (typed) => (parseTopicFilter(typed) ? typed : undefined),
  completion: { kind: "none" },
};

/** Where a broker is, with what else a URL can say. */
export const brokerUrl: ValueType<ParsedAddress> = {
  expected:
    "mqtt:// or mqtts://[user[:password]@]host[:port][/topic], ws:// or wss://…[/path], or unix:/path/to/socket",
  parse: parseAddress,
  completion: { kind: "none" },
};

/** What becomes of retained messages when a subscription is made (5.0, 3.8.3.1). */
export const retainHandling: ValueType<0 | 1 | 2> = choice<0 | 1 | 2>(
  { always: 0, new: 1, never: 2, "0": 0, "1": 1, "2": 2 },
  ["always", "new", "never"],
);
