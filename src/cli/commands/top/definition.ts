import { defineCommand, optionalOperand, type ValuesOf } from "../../command.ts";
import { brokerUrl, qos, topicFilter } from "../../mqtt-types.ts";
import { group, list, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { decodingOptions } from "../../options/payload-format.ts";

const looking = group("Looking", () => ({
  topics: list(topicFilter, {
    flags: "-t, --topic <filter>",
    summary: "what to look at (may be repeated)",
    defaultText: "# and $SYS/#",
  }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "highest quality of service to receive", default: 0 }),
}));

export const topDefinition = defineCommand({
  name: "top",
  summary: "look at a broker, live",
  description:
    "Shows the topics of a broker as a tree, with how many messages come, at what rate, and their last values. The last line shows the keys: a topic opens with its whole value, its history and a line of its numbers; / searches; d clears retained messages, after asking; $ shows what the broker tells of itself. A connection that is lost is made again. 10,000 topics get a place in the tree; messages of others are counted.",
  operands: {
    URL: optionalOperand(brokerUrl, "the broker, such as mqtt://localhost:1883; else as the options say", {
      secret: true,
      replaces: ["url", "host", "port", "unix"],
    }),
  },
  groups: [looking, decodingOptions, ...clientGroups],
  examples: [
    { line: "mqtk top", meaning: "the broker on this machine" },
    { line: "mqtk top mqtts://broker.example", meaning: "another one, with TLS" },
    { line: "mqtk top --decode auto", meaning: "payloads of Sparkplug B, CBOR and others as JSON" },
    { line: "mqtk top --profile plant -t 'plant/#'", meaning: "a part of one that has a profile" },
  ],
});
export type TopValues = ValuesOf<typeof topDefinition>;
