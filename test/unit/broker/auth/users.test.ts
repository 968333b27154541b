import { describe, expect, test } from "vitest";
import type { ConnectAttempt } from "../../../../src/broker/auth/auth.ts";
import { parsePasswordFile } from "../../../../src/broker/auth/password-file.ts";
import type { PasswordHash } from "../../../../src/broker/auth/password-hash.ts";
import { Users } from "../../../../src/broker/auth/users.ts";
import { ReasonCode } from "../../../../src/codec/index.ts";

const passwords = parsePasswordFile("ann:secret\nbob:other");
const attempt = (details: Partial<ConnectAttempt> = {}): ConnectAttempt => ({
  clientId: "c",
  userName: undefined,
  password: undefined,
  version: 5,
  remote: "",
  peer: undefined,
  method: undefined,
  data: undefined,
  ...details,
});
const login = (userName: string, password?: string) =>
  attempt({ userName, password: password === undefined ? undefined : Buffer.from(password) });
const shown = (commonName: string) => attempt({ peer: { certificate: { commonName, fingerprint: "" } } });

class Slow implements PasswordHash {
  readonly cost = 1000;
  readonly mark = "slow";
  readonly finish: ((isRight: boolean) => void)[] = [];
  verify(): Promise<boolean> {
    return new Promise((resolve) => this.finish.push(resolve));
  }
}

describe("with passwords", () => {
  const users = new Users({ passwords, allowsAnonymous: false });
  test("the right one lets in, as that user", async () => {
    expect(await users.authenticate(login("ann", "secret"))).toMatchObject({ identity: "user:ann" });
  });
  test.each([
    ["wrong", login("ann", "other")],
    ["empty", login("ann", "")],
    ["[MP-11] absent", login("ann")],
    ["of nobody", login("eve", "secret")],
  ])("a password that is %s is refused with one and the same code", async (_name, one) => {
    expect(await users.authenticate(one)).toEqual({ reasonCode: ReasonCode.BAD_USER_NAME_OR_PASSWORD });
  });
  test("nobody comes in without", async () => {
    expect(await users.authenticate(attempt())).toEqual({ reasonCode: ReasonCode.NOT_AUTHORIZED });
  });
  test("no method of enhanced authentication goes around it", async () => {
    expect(await users.authenticate(attempt({ method: "x" }))).toEqual({
      reasonCode: ReasonCode.BAD_AUTHENTICATION_METHOD,
    });
  });
  test("a certificate does not help who gives a wrong password", async () => {
    const both = { ...shown("ann"), ...login("ann", "wrong"), peer: shown("ann").peer };
    expect(await users.authenticate(both)).toEqual({ reasonCode: ReasonCode.BAD_USER_NAME_OR_PASSWORD });
  });
});

describe("with certificates and keys", () => {
  const users = new Users({ passwords: undefined, allowsAnonymous: true });
  test("the common name is who it is", async () => {
    expect(await users.authenticate(shown("ann"))).toMatchObject({ identity: "certificate:ann" });
    expect(await users.authenticate(attempt({ peer: { psk: "ann" } }))).toMatchObject({ identity: "psk:ann" });
  });
  test.each(["", "#", "+", "a/b", "a\0b", "a\ufffd"])("[AZ-01] the name %j is refused", async (name) => {
    expect(await users.authenticate(shown(name))).toEqual({ reasonCode: ReasonCode.NOT_AUTHORIZED });
  });
});

test("anonymous clients may be let in beside users", async () => {
  const users = new Users({ passwords, allowsAnonymous: true });
  expect(await users.authenticate(attempt())).toMatchObject({ identity: "" });
  expect(await users.authenticate(login("ann", "x"))).toMatchObject({ reasonCode: 0x86 });
});

test("an empty list of users lets nobody in", async () => {
  const users = new Users({ passwords: new Map(), allowsAnonymous: false });
  expect(await users.authenticate(login("ann", "secret"))).toMatchObject({ reasonCode: 0x86 });
});

describe("a check that takes work", () => {
  test("[AZ-19] is done for unknown users, too", async () => {
    const slow = new Slow();
    const users = new Users({ passwords: new Map([["ann", slow]]), allowsAnonymous: false });
    const answer = users.authenticate(login("eve", "x"));
    expect(slow.finish).toHaveLength(1);
    slow.finish[0]?.(true);
    expect(await answer).toMatchObject({ reasonCode: 0x86 });
  });

  test("[RX-22] goes on two at a time, and the queue has an end", async () => {
    const slow = new Slow();
    const users = new Users({ passwords: new Map([["ann", slow]]), allowsAnonymous: false });
    const answers = Array.from({ length: 502 }, () => users.authenticate(login("ann", "x")));
    expect(slow.finish).toHaveLength(2);
    expect(await users.authenticate(login("ann", "x"))).toEqual({ reasonCode: ReasonCode.SERVER_BUSY });
    for (let index = 0; index < 502; index++) {
      slow.finish[index]?.(true);
      await answers[index];
    }
    expect(slow.finish).toHaveLength(502);
  });
});

describe("[AZ-06] when the list is another one", () => {
  const rightsOf = async (users: Users, name: string, password: string) => {
    const answer = await users.authenticate(login(name, password));
    return "permissions" in answer ? answer.permissions : undefined;
  };

  test.each([
    ["who is in it with the same password keeps every right", "ann:secret\ncarl:new", true],
    ["who is gone has none", "bob:other", false],
    ["who has another password has none", "ann:Secret\nbob:other", false],
  ])("%s", async (_, text, isKept) => {
    const users = new Users({ passwords, allowsAnonymous: false });
    const rights = await rightsOf(users, "ann", "secret");
    users.replace({ passwords: parsePasswordFile(text), allowsAnonymous: false });
    expect(rights?.isRevoked).toBe(!isKept);
    expect(rights?.mayPublish("a", 0, false)).toBe(isKept);
    expect(rights?.maySubscribe("a", 0)).toBe(isKept);
    expect(rights?.mayReceive("a")).toBe(isKept);
  });

  test("who is in it again later has rights again, by another connection", async () => {
    const users = new Users({ passwords, allowsAnonymous: false });
    const before = await rightsOf(users, "ann", "secret");
    users.replace({ passwords: new Map(), allowsAnonymous: false });
    users.replace({ passwords, allowsAnonymous: false });
    expect(before?.isRevoked).toBe(true);
    expect((await rightsOf(users, "ann", "secret"))?.isRevoked).toBe(false);
  });

  test("whoever goes while the password is being checked does not come in", async () => {
    const slow = new Slow();
    const users = new Users({ passwords: new Map([["ann", slow]]), allowsAnonymous: false });
    const answer = users.authenticate(login("ann", "x"));
    users.replace({ passwords: new Map(), allowsAnonymous: false });
    slow.finish[0]?.(true);
    expect(await answer).toEqual({ reasonCode: ReasonCode.BAD_USER_NAME_OR_PASSWORD });
  });
});

test("other rules hold from the next connection on", async () => {
  const users = new Users({ passwords, allowsAnonymous: false });
  users.replace({ passwords: parsePasswordFile("ann:new"), allowsAnonymous: false });
  expect(await users.authenticate(login("ann", "secret"))).toMatchObject({ reasonCode: 0x86 });
  expect(await users.authenticate(login("ann", "new"))).toMatchObject({ identity: "user:ann" });
});
