import { defineCommand, type ValuesOf } from "../../command.ts";
import { clientGroups } from "../../options/client.ts";
import { encodingOptions } from "../../options/payload-format.ts";
import { publishOptions } from "../../options/publish.ts";
import { repetitionOptions } from "../../options/repetition.ts";

export const pubDefinition = defineCommand({
  name: "pub",
  summary: "publish messages",
  description:
    "Publishes one message, or each line from stdin as one. Ends when the broker has acknowledged all of them (QoS 1 and 2) or the network has taken them (QoS 0), and fails with 4 when it refused any.",
  groups: [publishOptions, repetitionOptions, encodingOptions, ...clientGroups],
  examples: [
    { line: "mqtk pub -t plant/1/temperature -m 21.5", meaning: "publish one message" },
    { line: "mqtk pub -t plant/1/state -m on -q 1 -r", meaning: "one that is acknowledged and retained" },
    { line: "tail -f log.txt | mqtk pub -t log -q 1 -l", meaning: "publish every line as it appears" },
    {
      line: "mqtk sub -L mqtt://a -t '#' --json | mqtk pub -L mqtt://b --json",
      meaning: "copy messages from one broker to another",
    },
    {
      line: "mqtk pub -t job -m run -D publish user-property by me",
      meaning: "with a property of MQTT 5",
    },
    {
      line: `mqtk pub -t 'plant/{{choice 1 2}}' -m '{"n":{{seq}}}' --template --rate 10/s`,
      meaning: "ten messages a second, until Ctrl-C",
    },
    { line: `mqtk pub -t plant/1 -m '{"t":21.5}' --encode cbor`, meaning: "JSON as CBOR" },
    { line: "mqtk pub -t load --size 1KB --random --count 1000", meaning: "a thousand random payloads" },
    { line: "mqtk pub -t plant/1/state -n -r", meaning: "clear a retained message" },
  ],
});
export type PubValues = ValuesOf<typeof pubDefinition>;
