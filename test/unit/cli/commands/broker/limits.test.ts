import { expect, test } from "vitest";
import { type BrokerOptions, defaultBrokerOptions } from "../../../../../src/broker/index.ts";
import { brokerDefinition } from "../../../../../src/cli/commands/broker/definition.ts";
import { brokerOptionsFrom, limitOptions } from "../../../../../src/cli/commands/broker/limits.ts";
import { mainName, type Option } from "../../../../../src/cli/option.ts";
import { valuesFrom } from "../../../../../src/cli/values.ts";

const limits = Object.entries(limitOptions.options) as [keyof BrokerOptions, Option<unknown>][];

/** The broker's options for these flags: names without dashes. */
function optionsFor(typed: Readonly<Record<string, string>>): Partial<BrokerOptions> {
  const values = valuesFrom(brokerDefinition, { options: typed, operands: [] }, {});
  return brokerOptionsFrom(values as never);
}

test("every limit of the broker is an option of the command", () => {
  expect(limits.map(([name]) => name).sort()).toEqual(Object.keys(defaultBrokerOptions).sort());
});

test.each(limits)("%s: the default that is shown is the one that holds", (name, option) => {
  if (option.kind === "flag") expect(option.default).toBe(defaultBrokerOptions[name]);
  else expect(option.type.parse(option.defaultText as string)).toBe(defaultBrokerOptions[name]);
});

test("what is not asked for stays as the broker has it", () => {
  expect({ ...defaultBrokerOptions, ...optionsFor({}) }).toEqual(defaultBrokerOptions);
});

test.each([
  ["maximumPacketSize", "500k", 500 * 1024],
  ["maximumPacketSize", "1.5M", 1.5 * 1024 * 1024],
  ["maximumPacketSize", "none", 268_435_460],
  ["maximumPacketSize", "0", 268_435_460],
  ["maximumQueueBytes", "0", Number.POSITIVE_INFINITY],
  ["maximumQueueBytes", "1G", 1024 ** 3],
  ["maximumQueueLength", "0", Number.POSITIVE_INFINITY],
  ["maximumTopicLevels", "0", Number.POSITIVE_INFINITY],
  ["maximumRetained", "0", 0],
  ["maximumRetained", "none", Number.POSITIVE_INFINITY],
  ["topicAliasMaximum", "0", 0],
  ["receiveMaximum", "none", 65_535],
  ["maximumInFlight", "none", 65_535],
  ["maximumQoS", "1", 1],
  ["handshakeTimeout", "none", Number.POSITIVE_INFINITY],
  ["connectTimeout", "250ms", 250],
  ["connectTimeout", "3", 3000],
  ["maximumKeepAlive", "1h", 3600],
  ["maximumKeepAlive", "none", Number.POSITIVE_INFINITY],
  ["maximumSessionExpiry", "2d", 172_800],
  ["maximumSessionExpiry", "0", 0],
  ["queuePolicy", "drop-old", "drop-old"],
] as const)("%s %s is %s", (name, text, value) => {
  expect(optionsFor({ [name]: text })).toEqual({ strictUtf8: false, [name]: value });
});

test.each(limits.filter(([, option]) => option.kind === "value"))(
  "RX-24 %s: what cannot be is refused at the start, with its name",
  (name, option) => {
    const tooMuch = name === "queuePolicy" ? "sometimes" : "1e9";
    for (const text of ["-1", "1x", "", "NaN", "Infinity", tooMuch, "99999999999999999999"]) {
      expect(() => optionsFor({ [name]: text }), text).toThrow(mainName(option));
    }
  },
);

test.each([
  ["receiveMaximum", "65536"],
  ["topicAliasMaximum", "65536"],
  ["maximumPacketSize", "257M"],
  ["maximumPacketSize", "10"],
  ["maximumKeepAlive", "65536"],
  ["maximumClientIdLength", "22"],
] as const)("RX-24 %s %s has no place in a packet, or leaves none for one", (name, text) => {
  expect(() => optionsFor({ [name]: text })).toThrow("expected");
});
