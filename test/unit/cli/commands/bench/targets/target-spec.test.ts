import { expect, test } from "vitest";
import { splitWords } from "../../../../../../src/cli/commands/bench/targets/split-words.ts";
import { targetSpec } from "../../../../../../src/cli/commands/bench/targets/target-spec.ts";

test.each([
  ["builtin", { name: "builtin", kind: "builtin" }],
  ["mqtk=builtin", { name: "mqtk", kind: "builtin" }],
  ["mqtt://h:1", { name: "mqtt://h:1", kind: "url" }],
  ["a b=mqtts://h", { name: "a b", kind: "url", url: { address: { scheme: "mqtts", host: "h" } } }],
  ["x=unix:/run/a=b.sock", { name: "x", kind: "url", url: { address: { scheme: "unix", path: "/run/a=b.sock" } } }],
  ["m=cmd:mosquitto -p {port}", { name: "m", kind: "command", command: "mosquitto -p {port}" }],
  ["cmd:/usr/sbin/mosquitto -p {port}", { name: "mosquitto", kind: "command" }],
])("%s", (typed, spec) => {
  expect(targetSpec.parse(typed)).toMatchObject(spec);
});

test.each(["", "nothing", "a=", "a=b"])("%j is none", (typed) => {
  expect(targetSpec.parse(typed)).toBeUndefined();
});

test.each([
  ["m=cmd:", "names no program"],
  ["m=cmd:mosquitto -p 1883", "does not say where its port goes"],
  ["m=cmd:sh -c 'mosquitto -p {port}", "is not closed"],
])("%s is refused", (typed, reason) => {
  expect(() => targetSpec.parse(typed)).toThrow(reason);
});

test.each<[string, string[]]>([
  ["  a  b\tc ", ["a", "b", "c"]],
  [`a 'b c' "d e" f\\ g`, ["a", "b c", "d e", "f g"]],
  [`a'b'"c" '' ""`, ["abc", "", ""]],
  [`"a\\"b\\n" '\\' \\'`, ['a"b\\n', "\\", "'"]],
  [`a\\`, ["a\\"]],
])("%j is cut into words", (line, words) => {
  expect(splitWords(line)).toEqual(words);
});
