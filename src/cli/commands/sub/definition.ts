import { defineCommand, type ValuesOf } from "../../command.ts";
import { topicFilter } from "../../mqtt-types.ts";
import { flag, group, list, type ValueType, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { decodingOptions } from "../../options/payload-format.ts";
import { rotationOptions } from "../../options/rotation.ts";
import { subscriptionOptions } from "../../options/subscription.ts";
import { duration, file, integer, text } from "../../value-types.ts";

/** Percent, more than 0. */
const percentage: ValueType<number> = {
  expected: "a percentage from 0.1 to 100",
  parse: (typed) => {
    const number = /^\d+(\.\d+)?$/.test(typed) ? Number(typed) : Number.NaN;
    return number >= 0.1 && number <= 100 ? number : undefined;
  },
  completion: { kind: "none" },
};

/** Milliseconds; 0: not at all. */
const reconnectTime: ValueType<number> = {
  ...duration(),
  expected: "a time such as 30s, never or forever",
  parse: (typed) => (typed === "never" ? 0 : typed === "forever" ? Number.POSITIVE_INFINITY : duration().parse(typed)),
};

const selection = group("Selection", () => ({
  filterOut: list(topicFilter, {
    flags: "-T, --filter-out <filter>",
    summary: "leave out messages whose topic matches this (may be repeated)",
  }),
  noRetained: flag({ flags: "-R, --no-retained", summary: "no retained messages" }),
  retainedOnly: flag({ flags: "--retained-only", summary: "only retained messages; end when they are in" }),
  removeRetained: flag({
    flags: "--remove-retained",
    summary: "clear each retained message that is received (see -T) at the broker",
  }),
  randomFilter: value(percentage, {
    flags: "--random-filter <percent>",
    summary: "print this share of the messages, chosen at random",
  }),
}));

const printing = group("Printing", () => ({
  verbose: flag({ flags: "-v, --verbose", summary: "print the topic before each payload" }),
  noNewline: flag({ flags: "-N, --no-newline", summary: "no line end after each payload" }),
  format: value(text, {
    flags: "-F, --format <format>",
    summary:
      "as printf: %t topic, %p payload, %x hex, %b base64, %f float, %d double, %l length, %q QoS, %r retain, %m packet id, %I and %U time, %i ms since the last message, %n number, %c client id, %h host, %{json.path}, %[user-property], %j JSON with text, %J with JSON; properties: %C content type, %D correlation data, %E expiry, %F payload format, %P user properties, %R response topic, %S subscription identifier; @H:@M:@S as strftime; \\n \\t \\0 \\e",
  }),
  json: flag({
    flags: "--json",
    summary: "print each message as a line of JSON from which mqtk pub --json makes it again",
  }),
  pretty: flag({ flags: "--pretty", summary: "JSON over several lines: payloads, %j and %J" }),
  showProperties: flag({
    flags: "--properties",
    summary: "below each message a line with its QoS, retain flag, size and properties",
  }),
  diff: flag({
    flags: "--diff",
    summary: "only what is different from the topic's message before: members of JSON, else lines",
  }),
  summary: flag({
    flags: "--summary",
    summary: "at the end, on stderr: how many messages, bytes and topics came, at what rate",
  }),
  messageRate: flag({
    flags: "--message-rate",
    summary: "print how many messages came in each second, instead of them",
  }),
  watch: flag({
    flags: "-w, --watch",
    summary: "one line for each topic, written over: its last value, rate, age and size (on a terminal)",
  }),
}));

const files = group("Files", () => ({
  output: value(file, { flags: "--output <file>", summary: "add what is printed to this file" }),
  ...rotationOptions(),
  saveDir: value(file, {
    flags: "--save-dir <folder>",
    summary: "write each payload to a file of its own below this folder, and print its name",
  }),
}));

const ending = group("Ending", () => ({
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many messages" }),
  timeout: value(duration(1), { flags: "-W, --timeout <time>", summary: "end with 27 after this time" }),
  until: value(text, {
    flags: "--until <expression>",
    summary:
      "end with 0 when a message satisfies this, such as 'payload.state == \"done\"': CEL over topic, payload (JSON, else text), text, raw (bytes), properties, qos, retain, dup, packetId",
  }),
  expect: list(text, {
    flags: "--expect <expression>",
    summary:
      "end with 0 when a message has satisfied this (may be repeated: one for each), and with 6 and what came close when the run ends otherwise",
  }),
  within: value(duration(1), {
    flags: "--within <time>",
    summary: "with --expect: after the connection is made, wait no longer than this",
  }),
  idle: value(duration(1), { flags: "--idle <time>", summary: "end when no message has come for so long" }),
  exitAfterSubscribing: flag({ flags: "-E, --exit-after-subscribing", summary: "end when the subscriptions are made" }),
  reconnect: value(reconnectTime, {
    flags: "--reconnect <time>",
    summary: "try so long to get a lost connection back",
    defaultText: "forever with a session that lasts (-c, -x), else never",
  }),
}));

export const subDefinition = defineCommand({
  name: "sub",
  summary: "subscribe and print messages",
  description:
    "Prints the payload of every message, one a line, until it is stopped or an ending below is reached. A pipe or file gets the exact bytes; on a terminal (or with --color always), topics are aligned, JSON has colours, and control characters and bytes that are not UTF-8 are shown escaped.",
  groups: [subscriptionOptions, selection, printing, decodingOptions, files, ending, ...clientGroups],
  examples: [
    { line: "mqtk sub -t 'plant/#' -v", meaning: "everything below plant, with its topic" },
    { line: "mqtk sub -t plant/1/state -C 1 -W 5", meaning: "one message; exit code 27 if none comes in 5 seconds" },
    {
      line: "mqtk sub -t 'plant/#' -F '@H:@M:@S %t %{temperature}'",
      meaning: "time, topic and a field of JSON payloads",
    },
    { line: "mqtk sub -t '#' --retained-only --json", meaning: "all retained messages, one line of JSON each" },
    {
      line: `mqtk sub -t 'plant/#' --expect 'payload.temperature > 30' --within 5s`,
      meaning: "a test: exit code 6, and what came close, when no such message comes",
    },
    { line: "mqtk sub -t 'spBv1.0/#' --decode auto --pretty", meaning: "Sparkplug B, CBOR and others as JSON" },
    { line: "mqtk sub -t job/done -q 1 -c -i worker-1", meaning: "also what came while worker-1 was away" },
  ],
});
export type SubValues = ValuesOf<typeof subDefinition>;
