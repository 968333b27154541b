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
  class Slow implements PasswordHash {
    readonly cost = 1000;
    readonly finish: ((isRight: boolean) => void)[] = [];
    verify(): Promise<boolean> {
      return new Promise((resolve) => this.finish.push(resolve));
    }
  }

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

test("other rules hold from the next connection on", async () => {
  const users = new Users({ passwords, allowsAnonymous: false });
  users.replace({ passwords: parsePasswordFile("ann:new"), allowsAnonymous: false });
  expect(await users.authenticate(login("ann", "secret"))).toMatchObject({ reasonCode: 0x86 });
  expect(await users.authenticate(login("ann", "new"))).toMatchObject({ identity: "user:ann" });
});
