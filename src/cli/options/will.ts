import { qos, topicName } from "../mqtt-types.ts";
import { flag, group, type OptionValues, value } from "../option.ts";
import { text } from "../value-types.ts";

/** What the broker publishes for us when we vanish. */
export const willOptions = group("Will", () => ({
  willTopic: value(topicName, {
    flags: "--will-topic <topic>",
    summary: "where the broker publishes the will if the connection breaks",
  }),
  willPayload: value(text, { flags: "--will-payload <text>", summary: "the will's payload", defaultText: "empty" }),
  willQos: value(qos, { flags: "--will-qos <level>", summary: "the will's quality of service", default: 0 }),
  willRetain: flag({ flags: "--will-retain", summary: "the will is retained" }),
}));
export type WillValues = OptionValues<typeof willOptions.options>;
