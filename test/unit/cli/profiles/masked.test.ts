import { expect, test } from "vitest";
import { holdsSecret, masked } from "../../../../src/cli/profiles/masked.ts";
import { storables } from "../../../../src/cli/profiles/storable.ts";

test.each([
  ["url", "mqtt://h", "mqtt://h"],
  ["url", "mqtt://u@h:1883/a@b", "mqtt://u@h:1883/a@b"],
  ["url", "mqtt://h:1883/a@b", "mqtt://h:1883/a@b"],
  ["url", "mqtt://[::1]:1883/a@b", "mqtt://[::1]:1883/a@b"],
  ["url", "mqtt://u:s@h:1/a", "mqtt://u:***@h:1/a"],
  ["url", "mqtt://u:s@t@h/a", "mqtt://u:***@h/a"],
  ["url", "mqtt://u:s/t@h", "mqtt://u:***@h"],
  ["url", "mqtt://:s@[::1]:1", "mqtt://:***@[::1]:1"],
  ["url", "u:s@h", "u:***@h"],
  ["url", "wss://h/p?token=s", "wss://h/p?***"],
  ["proxy", "socks5h://u:s@h:1", "socks5h://u:***@h:1"],
  ["proxy", "socks5h://h:1", "socks5h://h:1"],
  ["password", "s", "***"],
  ["ws-header", ["A: s", "B:s", "s"], ["A: ***", "B:***", "***"]],
  ["psk", "00", "***"],
  ["psk-identity", "me", "me"],
  ["property", ["connect authentication-data s t", "connect\0authentication-data\0s"], null],
  ["property", ["connect user-property a b"], ["connect user-property a b"]],
])("%s %j is shown as %j", (key, text, shown) => {
  const option = storables().get(key)?.option;
  if (option === undefined) throw new Error(`no option ${key}`);
  const expected = shown ?? ["connect authentication-data ***", "connect\0authentication-data\0***"];
  expect(masked({ option, text })).toEqual(expected);
  expect(holdsSecret({ option, text })).toBe(JSON.stringify(expected) !== JSON.stringify(text));
});
