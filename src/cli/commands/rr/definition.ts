import { defineCommand, type ValuesOf } from "../../command.ts";
import { qos, topicName } from "../../mqtt-types.ts";
import { flag, group, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { duration, file, integer, text } from "../../value-types.ts";

const request = group("Request", () => ({
  topic: value(topicName, { flags: "-t, --topic <topic>", summary: "where the request goes" }),
  responseTopic: value(topicName, {
    flags: "-e, --response-topic <topic>",
    summary: "where the response is expected",
    defaultText: "a topic of this run's own (MQTT 5)",
  }),
  message: value(text, { flags: "-m, --message <text>", summary: "the request is this text" }),
  file: value(file, { flags: "-f, --file <file>", summary: "the request is the contents of a file" }),
  stdinFile: flag({ flags: "-s, --stdin-file", summary: "the request is everything from stdin" }),
  nullMessage: flag({ flags: "-n, --null-message", summary: "the request is empty" }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "quality of service: 0, 1 or 2", default: 0 }),
  noRetained: flag({ flags: "-R, --no-retained", summary: "a retained message is no response" }),
  retainAsPublished: flag({
    flags: "--retain-as-published",
    summary: "the response keeps the retain flag as its publisher set it (MQTT 5)",
  }),
  repeat: value(integer(1), {
    flags: "--repeat <n>",
    summary: "ask so many times, one after the other, and print how long the answers took",
  }),
}));

const printing = group("Printing and ending", () => ({
  verbose: flag({ flags: "-v, --verbose", summary: "print the topic before the payload" }),
  noNewline: flag({ flags: "-N, --no-newline", summary: "no line end after the payload" }),
  format: value(text, { flags: "-F, --format <format>", summary: "print the response like this: see mqtk sub" }),
  json: flag({ flags: "--json", summary: "print the response as a line of JSON" }),
  pretty: flag({ flags: "--pretty", summary: "JSON of %j and %J over several lines" }),
  latency: flag({ flags: "--latency", summary: "print how long the response took, on stderr" }),
  timeout: value(duration(1), { flags: "-W, --timeout <time>", summary: "end with 27 after this time" }),
}));

export const rrDefinition = defineCommand({
  name: "rr",
  summary: "send a request and print its response",
  description:
    "Publishes a request with a response topic and correlation data (MQTT 5), waits for the response that carries the same correlation data, and prints its payload. With -e and -V 3.1.1 the first message on the response topic is the response.",
  groups: [request, printing, ...clientGroups],
  examples: [
    { line: "mqtk rr -t service/time -m now -W 2", meaning: "ask, and print the answer; exit code 27 without one" },
    { line: "mqtk rr -t service/time -n --repeat 100", meaning: "how long do answers take?" },
    { line: "mqtk rr -t light/get -e light/state -n -V 3.1.1", meaning: "for devices that know only MQTT 3.1.1" },
  ],
});
export type RrValues = ValuesOf<typeof rrDefinition>;
