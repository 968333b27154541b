import type { ValueType } from "../option.ts";

/** The beginning of a topic. */
export const topicPrefix: ValueType<string> = {
  expected: "the beginning of a topic, without + and #",
  parse: (typed) => (typed === "" || /[+#\0]/.test(typed) ? undefined : typed),
  completion: { kind: "none" },
};
