import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parsePasswordFile, parseUser } from "../../../../src/broker/auth/password-file.ts";
import { peer } from "../../../support/peers.ts";

const mosquittoPasswd = peer("mosquitto_passwd");

async function isPassword(text: string, name: string, password: string): Promise<boolean | undefined> {
  return parsePasswordFile(text).get(name)?.verify(Buffer.from(password));
}

test("names and passwords, comments and empty lines", async () => {
  const text = "# people\nann:secret\n\nbob:a:b#c\r\n";
  expect([...parsePasswordFile(text).keys()]).toEqual(["ann", "bob"]);
  expect(await isPassword(text, "ann", "secret")).toBe(true);
  expect(await isPassword(text, "ann", "Secret")).toBe(false);
  expect(await isPassword(text, "ann", "")).toBe(false);
  expect(await isPassword(text, "bob", "a:b#c")).toBe(true);
});

test.skipIf(mosquittoPasswd === undefined)("files of mosquitto_passwd, PBKDF2 and SHA-512", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "passwords");
  const run = (...words: string[]) => execFileSync(mosquittoPasswd as string, words, { stdio: "ignore" });
  run("-c", "-b", "-H", "sha512-pbkdf2", file, "ann", "pässword");
  run("-b", "-H", "sha512", file, "bob", "other");
  const text = readFileSync(file, "utf8");
  expect(text).toMatch(/^ann:\$7\$/m);
  expect(text).toMatch(/^bob:\$6\$/m);
  expect(await isPassword(text, "ann", "pässword")).toBe(true);
  expect(await isPassword(text, "ann", "password")).toBe(false);
  expect(await isPassword(text, "bob", "other")).toBe(true);
  expect(await isPassword(text, "bob", "")).toBe(false);
});

test.each([
  ["ann", /line 1: .*colon/],
  ["# x\n\n:secret", /line 3: the user name/],
  ["ann:", /line 1: the password of ann is missing/],
  ["ann:x\nann:y", /line 2: the user ann stands there twice/],
  ["ann:$7$101$c2FsdA==$c2hvcnQ=", /line 1: the hash of the password is broken/],
  ["ann:$7$0$c2FsdA==$x", /broken/],
  ["ann:$6$salt", /broken/],
  ["ann:$argon2id$v=19$m=1$a$b", /argon2/],
])("[AZ-14] %j is refused as a whole", (text, reason) => {
  expect(() => parsePasswordFile(text)).toThrow(
    expect.objectContaining({ code: "usage", message: expect.stringMatching(reason) }),
  );
});

test("an error about a user does not repeat the password", () => {
  expect(() => parseUser(":secret")).toThrow(expect.not.objectContaining({ message: expect.stringMatching(/secret/) }));
});
