import { qos, topicName } from "../mqtt-types.ts";
import { flag, group, list, type ValueType, value } from "../option.ts";
import { duration, file, integer, text } from "../value-types.ts";

/** Any text but none; TAB is the character. */
const separator: ValueType<string> = {
  expected: "a text, or TAB",
  parse: (typed) => (typed === "TAB" || typed === "\\t" ? "\t" : typed === "" ? undefined : typed),
  completion: { kind: "none" },
};

/** What is published, and how. */
export const publishOptions = group("Message", () => ({
  topics: list(topicName, { flags: "-t, --topic <topic>", summary: "where to publish (may be repeated)" }),
  message: value(text, { flags: "-m, --message <text>", summary: "publish this text" }),
  file: value(file, { flags: "-f, --file <file>", summary: "publish the contents of a file" }),
  stdinFile: flag({ flags: "-s, --stdin-file", summary: "publish everything from stdin as one message" }),
  stdinLine: flag({ flags: "-l, --stdin-line", summary: "publish each line from stdin as a message" }),
  json: flag({
    flags: "--json",
    summary: "publish each line from stdin as the message that it describes, as mqtk sub --json writes it",
  }),
  nullMessage: flag({ flags: "-n, --null-message", summary: "publish an empty message" }),
  null: flag({ flags: "-0, --null", summary: "with -l: a zero byte ends each record instead of a line feed" }),
  topicSeparator: value(separator, {
    flags: "--topic-separator <text>",
    summary: "with -l: each line is a topic, this (such as TAB), and the payload",
  }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "quality of service: 0, 1 or 2", defaultText: "0" }),
  retain: flag({ flags: "-r, --retain", summary: "the broker keeps the message for later subscribers" }),
  repeat: value(integer(1), { flags: "--repeat <n>", summary: "publish the message so many times" }),
  repeatDelay: value(duration(), { flags: "--repeat-delay <time>", summary: "wait so long between repetitions" }),
}));
