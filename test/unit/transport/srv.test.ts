import { expect, test } from "vitest";
import { located } from "../../../src/transport/srv.ts";

const address = { scheme: "mqtt", host: "example.org", port: 1883, path: "" } as const;
const record = (name: string, port: number, priority: number, weight: number) => ({ name, port, priority, weight });

test("the broker of a domain: lowest priority, then heaviest", async () => {
  const asked: string[] = [];
  const resolve = async (name: string) => {
    asked.push(name);
    return [record("c", 3, 20, 9), record("b", 2, 10, 1), record("a", 1, 10, 5)];
  };
  expect(await located(address, resolve)).toEqual({ ...address, host: "a", port: 1 });
  await located({ ...address, scheme: "mqtts" }, resolve);
  expect(asked).toEqual(["_mqtt._tcp.example.org", "_secure-mqtt._tcp.example.org"]);
});

test("no records, no broker", async () => {
  const failing = async () => {
    throw Object.assign(new Error("?"), { code: "ENOTFOUND" });
  };
  await expect(located(address, failing)).rejects.toMatchObject({ code: "unreachable", stage: "lookup" });
  await expect(located(address, async () => [])).rejects.toThrow("_mqtt._tcp.example.org names no broker");
  await expect(located({ ...address, scheme: "unix" }, failing)).rejects.toMatchObject({ code: "usage" });
});
