import { defineCommand, type ValuesOf } from "../../command.ts";
import { flag, group, value } from "../../option.ts";
import { connectionOptions } from "../../options/connection.ts";
import { outputOptions } from "../../options/output.ts";
import { networkOptions } from "../../options/proxy.ts";
import { subscriptionOptions } from "../../options/subscription.ts";
import { tlsOptions } from "../../options/tls.ts";
import { willOptions } from "../../options/will.ts";
import { duration, integer } from "../../value-types.ts";

const printing = group("Printing and ending", () => ({
  verbose: flag({ flags: "-v, --verbose", summary: "print the topic before each payload" }),
  noNewline: flag({ flags: "-N, --no-newline", summary: "no line end after each payload" }),
  noRetained: flag({ flags: "-R, --no-retained", summary: "do not print retained messages" }),
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many messages" }),
  timeout: value(duration(1), { flags: "-W, --timeout <time>", summary: "end with 27 after this time" }),
}));

export const subDefinition = defineCommand({
  name: "sub",
  summary: "subscribe and print messages",
  description:
    "Prints the payload of every message, one a line, until it is stopped or an ending below is reached. A pipe or file gets the exact bytes; on a terminal, control characters and bytes that are not UTF-8 are shown escaped.",
  groups: [subscriptionOptions, printing, connectionOptions, tlsOptions, networkOptions, willOptions, outputOptions],
  examples: [
    { line: "mqtk sub -t 'plant/#' -v", meaning: "everything below plant, with its topic" },
    { line: "mqtk sub -t plant/1/state -C 1 -W 5", meaning: "one message; exit code 27 if none comes in 5 seconds" },
    { line: "mqtk sub -t job/done -q 1 -c -i worker-1", meaning: "also what came while worker-1 was away" },
  ],
});
export type SubValues = ValuesOf<typeof subDefinition>;
