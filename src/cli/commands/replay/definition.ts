import { defineCommand, operand, type ValuesOf } from "../../command.ts";
import { qos, topicFilter } from "../../mqtt-types.ts";
import { flag, group, list, type ValueType, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { topicPrefix } from "../../options/topic-prefix.ts";
import { duration, file, integer } from "../../value-types.ts";

/** How many times as fast; Infinity: without waiting. */
const speed: ValueType<number> = {
  expected: "how many times as fast, such as 10, 0.5 or 2x, or max",
  parse: (typed) => {
    if (typed === "max") return Number.POSITIVE_INFINITY;
    const [, times] = /^(\d+(?:\.\d+)?)x?$/.exec(typed) ?? [];
    return times !== undefined && Number(times) > 0 ? Number(times) : undefined;
  },
  completion: { kind: "choices", choices: ["max"] },
};

const replaying = group("Replay", () => ({
  speed: value(speed, {
    flags: "--speed <times>",
    summary: "so many times as fast, or max: without waiting",
    default: 1,
  }),
  topicPrefix: value(topicPrefix, { flags: "--topic-prefix <text>", summary: "put this before each topic: test/" }),
  topics: list(topicFilter, {
    flags: "-t, --topic <filter>",
    summary: "only messages whose topic in the file matches this (may be repeated)",
  }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "with this quality of service", defaultText: "as recorded" }),
  noRetain: flag({ flags: "--no-retain", summary: "the broker keeps none of the messages" }),
  maxGap: value(duration(), { flags: "--max-gap <time>", summary: "wait at most so long for the next message" }),
  loop: flag({ flags: "--loop", summary: "begin again at the end, until Ctrl-C" }),
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many messages" }),
}));

export const replayDefinition = defineCommand({
  name: "replay",
  summary: "publish recorded messages again, in their time",
  description:
    "Publishes the messages of a file that mqtk record (or mqtk sub --json) wrote, with the time between them that they had, to any broker. Messages that are late are sent at once, and how late they were is told at the end. A message without time comes right behind the one before it.",
  operands: { file: operand(file, "what was recorded; - is stdin") },
  groups: [replaying, ...clientGroups],
  examples: [
    { line: "mqtk replay plant.jsonl --speed 10 --topic-prefix test/", meaning: "ten times as fast, below test/" },
    { line: "mqtk replay plant.jsonl --speed max -q 1", meaning: "as fast as the broker takes it" },
    { line: "cat plant-*.jsonl | mqtk replay - --max-gap 10s", meaning: "files that were put aside, in order" },
  ],
});
export type ReplayValues = ValuesOf<typeof replayDefinition>;
