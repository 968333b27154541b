import { defineCommand, type ValuesOf } from "../../command.ts";
import { qos, topicFilter } from "../../mqtt-types.ts";
import { flag, group, list, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { rotationOptions } from "../../options/rotation.ts";
import { duration, file, integer } from "../../value-types.ts";

const recording = group("Recording", () => ({
  topics: list(topicFilter, { flags: "-t, --topic <filter>", summary: "what to record (may be repeated)" }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "highest quality of service to receive", default: 2 }),
  filterOut: list(topicFilter, { flags: "-T, --filter-out <filter>", summary: "what to leave out (may be repeated)" }),
  noRetained: flag({ flags: "-R, --no-retained", summary: "not what the broker had before the recording" }),
  output: value(file, { flags: "--output <file>", summary: "write to this file", defaultText: "stdout" }),
  append: flag({ flags: "--append", summary: "add to a file that is there" }),
  ...rotationOptions(),
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many messages" }),
  duration: value(duration(1), { flags: "--duration <time>", summary: "end after this time" }),
}));

export const recordDefinition = defineCommand({
  name: "record",
  summary: "write messages down, with their times",
  description:
    "Writes every message as a line of JSON, as mqtk sub --json does, with its time to the microsecond, until it is stopped. Nothing is lost of a message: payload, QoS, retain flag (with MQTT 5 as it was published) and properties. A connection that is lost is made again, and the gap told. mqtk replay publishes the messages again, in their time; mqtk pub --json as fast as it can.",
  groups: [recording, ...clientGroups],
  examples: [
    { line: "mqtk record -t 'plant/#' > plant.jsonl", meaning: "until Ctrl-C" },
    {
      line: "mqtk record -t '#' --output all.jsonl --rotate-every 1h --keep 24",
      meaning: "the last day, hour by hour",
    },
    { line: "mqtk replay plant.jsonl --speed 10", meaning: "publish it again, ten times as fast" },
  ],
});
export type RecordValues = ValuesOf<typeof recordDefinition>;
