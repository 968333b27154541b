import { group, list, type OptionValues, type ValueType } from "../option.ts";

/** One `-D`: whose property it is, its name, and its value; a user property has a name of its own as well. */
export interface TypedProperty {
  readonly command: string;
  readonly property: string;
  readonly values: readonly string[];
}

const USER_PROPERTY = "user-property";

/** `connect receive-maximum 10`; which names there are is checked where they are used. */
const property: ValueType<TypedProperty> = {
  expected: "COMMAND PROPERTY VALUE, such as publish content-type text/plain, or COMMAND user-property NAME VALUE",
  parse: (typed) => {
    const words = typed.includes("\0") ? typed.split("\0") : wordsOf(typed);
    const [command = "", name = "", ...values] = words;
    return values.length === (name === USER_PROPERTY ? 2 : 1) ? { command, property: name, values } : undefined;
  },
  completion: { kind: "properties" },
};

/** Properties of MQTT 5, for any packet that we send. */
export const propertyOptions = group("MQTT 5", () => ({
  properties: list(property, {
    flags: "-D, --property <command property value>",
    summary:
      "a property of a packet (may be repeated): connect, publish, will, subscribe, unsubscribe or disconnect; its name; its value. A user-property has a name and a value",
    wordCount: ([, name]) => (name === USER_PROPERTY ? 4 : 3),
  }),
}));
export type PropertyValues = OptionValues<typeof propertyOptions.options>;

/** In one text (the environment, a file) the last word goes to the end of the line. */
function wordsOf(text: string): readonly string[] {
  const [, command = "", name = "", rest = ""] = /^(\S+) +(\S+) (.*)$/s.exec(text.trimStart()) ?? [];
  if (name !== USER_PROPERTY) return [command, name, rest];
  const space = rest.indexOf(" ");
  return space === -1 ? [command, name, rest] : [command, name, rest.slice(0, space), rest.slice(space + 1)];
}
