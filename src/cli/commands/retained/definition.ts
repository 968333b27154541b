import { defineCommand, operand, optionalOperand, type ValuesOf } from "../../command.ts";
import { topicFilter } from "../../mqtt-types.ts";
import { flag, group, list } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { choice } from "../../value-types.ts";

const retained = group("Retained messages", () => ({
  filterOut: list(topicFilter, {
    flags: "-T, --filter-out <filter>",
    summary: "leave these topics out (may be repeated)",
  }),
  json: flag({ flags: "--json", summary: "list: print each message as a line of JSON, as mqtk sub --json does" }),
  yes: flag({ flags: "-y, --yes", summary: "clear: do not ask" }),
  dryRun: flag({ flags: "--dry-run", summary: "clear: only print the topics" }),
}));

export const retainedDefinition = defineCommand({
  name: "retained",
  summary: "list or clear the messages that a broker keeps",
  description:
    "list prints the retained messages whose topics match the filter: QoS, bytes, topic and payload. clear says how many there are, asks, and then clears each of them with an empty retained message. Where nobody can be asked it needs --yes. It ends when the broker has sent all that match.",
  operands: {
    action: operand(choice<"list" | "clear">({ list: "list", clear: "clear" }), "list or clear"),
    filter: optionalOperand(topicFilter, "a topic filter; list takes # (everything) where it is left out"),
  },
  groups: [retained, ...clientGroups],
  examples: [
    { line: "mqtk retained list 'plant/#'", meaning: "what a new subscriber would get" },
    { line: "mqtk retained clear 'plant/old/#' --dry-run", meaning: "which topics would be cleared" },
    { line: "mqtk retained clear 'plant/old/#' --yes", meaning: "in a script" },
  ],
});
export type RetainedValues = ValuesOf<typeof retainedDefinition>;
