import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { identitiesFrom, parseCredentials } from "../../../../../src/cli/commands/bench/identities.ts";
import type { Terminal } from "../../../../../src/cli/terminal/terminal.ts";

const none = { id: undefined, credentials: undefined, clientCert: undefined, clientKey: undefined };
const terminal = {} as Terminal;

describe("credentials", () => {
  test.each([
    [
      "ann,s3cret\nbob,x y\n",
      [
        ["ann", "s3cret"],
        ["bob", "x y"],
      ],
    ],
    [
      "\ufeffusername,password\r\n# old\r\n\r\nann,\r\nbob",
      [
        ["ann", ""],
        ["bob", undefined],
      ],
    ],
    [`"a,""b""","c,d"`, [['a,"b"', "c,d"]]],
  ])("%j", (text, expected) => {
    expect(parseCredentials(text, "f").map(({ userName, password }) => [userName, password])).toEqual(expected);
  });

  test.each([
    [`ann,x\n"bob,y`, "f, line 2: expected a user name, a comma and a password"],
    ["a,b,c", "f, line 1: expected"],
    [",x", "f, line 1: expected"],
    ["\n", "f has no credentials"],
  ])("%j is refused, and not repeated", (text, reason) => {
    expect(() => parseCredentials(text, "f")).toThrow(reason);
  });
});

describe("identities", () => {
  test("nothing of its own, nothing to ask", () => {
    expect(identitiesFrom(none, terminal)).toBeUndefined();
  });

  test("ids by number, credentials in turns", async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "mqtk-credentials-")), "users.csv");
    writeFileSync(file, "ann,1\nbob,2\n");
    const identityOf = await identitiesFrom({ ...none, id: "dev-{{i}}", credentials: file }, terminal)?.(undefined);
    expect(await identityOf?.(0)).toEqual({ clientId: "dev-0", userName: "ann", password: Buffer.from("1") });
    expect(await identityOf?.(3)).toEqual({ clientId: "dev-3", userName: "bob", password: Buffer.from("2") });
  });

  test.each([
    [{ id: "same" }, "several clients the same client id"],
    [{ id: "{{nope}}" }, "--id, character 1"],
    [{ clientCert: "c{{i}}" }, "belong together"],
    [{ credentials: "/nowhere/users.csv" }, "--credentials: cannot read /nowhere/users.csv"],
  ])("%j is refused", (changes, reason) => {
    expect(() => identitiesFrom({ ...none, ...changes }, terminal)).toThrow(reason);
  });

  test("certificates need TLS", async () => {
    const identities = identitiesFrom({ ...none, clientCert: "c{{i}}", clientKey: "k{{i}}" }, terminal);
    await expect(identities?.(undefined)).rejects.toThrow("--client-cert has no meaning without TLS");
  });
});
