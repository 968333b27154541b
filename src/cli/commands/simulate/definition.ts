import { defineCommand, operand, type ValuesOf } from "../../command.ts";
import { qos } from "../../mqtt-types.ts";
import { flag, group, type ValueType, value } from "../../option.ts";
import { clientGroups } from "../../options/client.ts";
import { rate, seedOption } from "../../options/repetition.ts";
import { topicPrefix } from "../../options/topic-prefix.ts";
import { duration, integer, text } from "../../value-types.ts";

const preset: ValueType<string> = {
  expected: "sensors, vehicles, meters, or the path of a file of one's own (.json)",
  parse: (typed) => (typed === "" || typed.includes("\0") ? undefined : typed),
  completion: { kind: "choices", choices: ["sensors", "vehicles", "meters"] },
};

const simulation = group("Simulation", () => ({
  devices: value(integer(1, 1_000_000), { flags: "-n, --devices <n>", summary: "how many devices", default: 10 }),
  rate: value(rate, {
    flags: "--rate <n/s>",
    summary: "messages of all devices together: 100/s",
    defaultText: "what the preset says",
  }),
  topicPrefix: value(topicPrefix, { flags: "--topic-prefix <text>", summary: "put this before each topic: test/" }),
  qos: value(qos, { flags: "-q, --qos <level>", summary: "quality of service", defaultText: "what the preset says" }),
  seed: value(text, seedOption),
  count: value(integer(1), { flags: "-C, --count <n>", summary: "end after this many messages" }),
  duration: value(duration(1), { flags: "--duration <time>", summary: "end after this time" }),
  printPreset: flag({ flags: "--print-preset", summary: "print the preset, to make a file of one's own of it" }),
}));

export const simulateDefinition = defineCommand({
  name: "simulate",
  summary: "publish what a fleet of devices would",
  description:
    "Publishes what sensors, vehicles or meters would, over one connection, until it is stopped. Devices are spread evenly over their interval; values move as those of real devices do, and with --seed come again. A preset of one's own is a JSON file: messages with topic, payload (text or JSON, with the templates of mqtk pub --template), every or once, qos and retain.",
  operands: { preset: operand(preset, "sensors, vehicles, meters, or a file") },
  groups: [simulation, ...clientGroups],
  examples: [
    { line: "mqtk simulate sensors", meaning: "ten sensors, until Ctrl-C" },
    { line: "mqtk simulate vehicles --devices 500 --rate 2k/s", meaning: "500 vehicles, 2,000 messages a second" },
    { line: "mqtk simulate meters --print-preset > mine.json", meaning: "the beginning of one's own" },
    { line: "mqtk simulate ./mine.json --seed 1 --count 100", meaning: "the same hundred messages each time" },
  ],
});
export type SimulateValues = ValuesOf<typeof simulateDefinition>;
