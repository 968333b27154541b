import { defineCommand, type ValuesOf } from "../../command.ts";
import { qos, topicFilter } from "../../mqtt-types.ts";
import { flag, group, list, rest, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { duration, file, integer, text } from "../../value-types.ts";

const requests = group("Requests", () => ({
  topics: list(topicFilter, { flags: "-t, --topic <filter>", summary: "where requests come (may be repeated)" }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "highest quality of service, also of replies", default: 1 }),
  responseTopic: value(text, {
    flags: "-e, --response-topic <topic>",
    summary:
      "where replies to requests go that do not say it (MQTT 3.1.1): %t is the request's topic, %1 to %9 are its levels",
  }),
}));

const replies = group("Replies", () => ({
  echo: flag({ flags: "--echo", summary: "the reply is the request's payload" }),
  message: value(text, { flags: "-m, --message <text>", summary: "the reply is this text" }),
  file: value(file, { flags: "-f, --file <file>", summary: "the reply is the contents of a file" }),
  nullMessage: flag({ flags: "-n, --null-message", summary: "the reply is empty" }),
  exec: rest({
    flags: "--exec <command...>",
    summary:
      "the reply is what this prints: everything behind it is the command, run without a shell, with the payload on stdin and MQTK_REQUEST_TOPIC, …_PAYLOAD, …_QOS, …_RESPONSE_TOPIC, …_CONTENT_TYPE, …_CORRELATION_DATA (base64), …_USER_PROPERTIES (JSON)",
  }),
  concurrency: value(integer(1, 1000), {
    flags: "--concurrency <n>",
    summary: "with --exec: so many commands at a time; with more than 1, replies come as commands end",
    default: 1,
  }),
  execTimeout: value(duration(1), {
    flags: "--exec-timeout <time>",
    summary: "with --exec: stop commands that take longer",
    default: 10_000,
    defaultText: "10s",
  }),
  maxOutput: value(integer(1, 268_435_455), {
    flags: "--max-output <bytes>",
    summary: "with --exec: stop commands that print more",
    default: 1024 * 1024,
  }),
  silentFailures: flag({
    flags: "--silent-failures",
    summary: "with --exec: do not answer (with the user property mqtk-error, MQTT 5) when the command fails",
  }),
}));

const ending = group("Printing and ending", () => ({
  verbose: flag({ flags: "-v, --verbose", summary: "tell of each reply on stderr" }),
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many requests" }),
  timeout: value(duration(1), { flags: "-W, --timeout <time>", summary: "end with 27 after this time" }),
}));

export const replyDefinition = defineCommand({
  name: "reply",
  summary: "answer requests",
  description:
    "Answers every request on a topic, to its response topic and with its correlation data and user properties (MQTT 5), or to -e. Retained messages are no requests. A connection that is lost is made again. Runs until it is stopped.",
  groups: [requests, replies, ending, ...clientGroups],
  examples: [
    { line: "mqtk reply -t service/echo --echo", meaning: "to measure the way: mqtk rr -t service/echo --repeat 100" },
    { line: "mqtk reply -t service/time --exec date -u", meaning: "what a command prints" },
    {
      line: "mqtk reply -t 'light/+/get' -e 'light/%2/state' -m on",
      meaning: "a device that knows only MQTT 3.1.1",
    },
    {
      line: "mqtk reply -t '$share/workers/job/#' --concurrency 4 --exec ./work.sh",
      meaning: "one of several workers, four jobs at a time",
    },
  ],
});
export type ReplyValues = ValuesOf<typeof replyDefinition>;
