import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { type ByteStream, dial, isExempt, type Listener, listen, parseProxy } from "../../../src/transport/index.ts";
import { type Login, startHttpProxy, startSocksProxy, type TestProxy } from "../../support/proxies.ts";

describe("the URL of a proxy", () => {
  test.each([
    ["socks5h://proxy", { kind: "socks5", host: "proxy", port: 1080 }],
    ["socks5://[::1]:9050", { kind: "socks5", host: "::1", port: 9050 }],
    ["http://ann:p%40ss@proxy:3128/", { kind: "http", host: "proxy", port: 3128, userName: "ann", password: "p@ss" }],
    ["proxy:8080", { kind: "http", host: "proxy", port: 8080 }],
    ["HTTP://proxy", { kind: "http", host: "proxy", port: 80 }],
  ])("%s", (text, proxy) => {
    expect(parseProxy(text)).toMatchObject(proxy);
  });
  test.each(["https://proxy", "socks4://proxy", "http://", "http://ann:secret@proxy:0", "http://proxy/path"])(
    "%s cannot be one, and no password is shown",
    (text) => {
      expect(() => parseProxy(text)).toThrow(
        expect.objectContaining({ code: "usage", message: expect.not.stringMatching(/secret/) }),
      );
    },
  );
});

test.each([
  ["", "broker.example", 1883, false],
  ["", "localhost", 1883, true],
  ["", "127.0.0.2", 1883, true],
  ["*", "broker.example", 1883, true],
  ["example", "broker.example", 1883, true],
  [".example", "broker.example", 1883, true],
  ["broker.example:8883", "broker.example", 1883, false],
  ["broker.example:8883, x", "BROKER.example", 8883, true],
  ["ample", "broker.example", 1883, false],
  ["10.0.0.1", "10.0.0.1", 1883, true],
  ["[2001:db8::1]:1883", "2001:db8::1", 1883, true],
])("NO_PROXY=%s: %s:%i goes around it: %s", (list, host, port, isFree) => {
  expect(isExempt(list, host, port)).toBe(isFree);
});

const login: Login = { userName: "ann", password: "p@ss: word" };
const proxies: readonly [string, (login?: Login) => Promise<TestProxy>, "socks5" | "http"][] = [
  ["SOCKS5", startSocksProxy, "socks5"],
  ["HTTP", startHttpProxy, "http"],
];

describe.each(proxies)("%s", (_name, start, kind) => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close());

  async function echoing(host: string): Promise<number> {
    const echo = (stream: ByteStream): void => {
      stream.onData = (chunk) => stream.write(Buffer.from(chunk));
    };
    listener = await listen({ host, port: 0 }, echo);
    return listener.address.port;
  }
  async function proxy(wanted?: Login) {
    const running = await start(wanted);
    onTestFinished(() => running.close());
    return running;
  }
  const at = (host: string, port: number) => ({ scheme: "mqtt", host, port, path: "" }) as const;

  test.each([
    ["127.0.0.1", "127.0.0.1"],
    ["localhost", "127.0.0.1"],
    ["::1", "::1"],
  ])("connects to %s, which it looks up itself", async (host, bound) => {
    const port = await echoing(bound);
    const through = await proxy();
    const options = { timeout: 5000, proxy: { kind, host: "127.0.0.1", port: through.port } };
    const stream = await dial(at(host, port), options);
    const answer = new Promise<string>((resolve) => {
      stream.onData = (chunk) => resolve(chunk.toString());
    });
    stream.write(Buffer.from("hello"));
    expect(await answer).toBe("hello");
    expect(through.targets).toHaveLength(1);
    expect(through.targets[0]).toMatch(host === "::1" ? /1\]?:\d+$/ : new RegExp(`^${host}:${port}$`));
    stream.destroy();
  });

  test("with a login, right and wrong and none", async () => {
    const port = await echoing("127.0.0.1");
    const through = await proxy(login);
    const by = (details: object) => ({
      timeout: 5000,
      proxy: { kind, host: "127.0.0.1", port: through.port, ...details },
    });
    (await dial(at("127.0.0.1", port), by(login))).destroy();
    await expect(dial(at("127.0.0.1", port), by({ ...login, password: "x" }))).rejects.toMatchObject({
      stage: "proxy",
      problem: "proxy-login",
      message: `the proxy 127.0.0.1:${through.port} does not accept user name and password`,
    });
    await expect(dial(at("127.0.0.1", port), by({}))).rejects.toMatchObject({
      stage: "proxy",
      message: `the proxy 127.0.0.1:${through.port} wants a user name and a password`,
    });
  });

  test("a broker that it cannot reach", async () => {
    const port = await echoing("127.0.0.1");
    await listener?.close();
    const through = await proxy();
    const options = { timeout: 5000, proxy: { kind, host: "127.0.0.1", port: through.port } };
    await expect(dial(at("127.0.0.1", port), options)).rejects.toMatchObject({
      code: "unreachable",
      stage: "proxy",
      message: expect.stringMatching(
        /did not connect to 127\.0\.0\.1:\d+: (connection refused|it answered 502 Bad Gateway)/,
      ),
    });
  });

  test("a proxy that is not there, that says nothing, and that says something else", async () => {
    const gone = await proxy();
    gone.close();
    const by = (port: number, timeout = 5000) => ({ timeout, proxy: { kind, host: "127.0.0.1", port } });
    await expect(dial(at("broker.invalid", 1883), by(gone.port))).rejects.toMatchObject({
      stage: "proxy",
      message: `cannot connect to the proxy 127.0.0.1:${gone.port}: connection refused`,
    });
    const silent = await listening(() => {});
    await expect(dial(at("broker.invalid", 1883), by(silent, 100))).rejects.toMatchObject({
      stage: "proxy",
      message: "the proxy did not connect to broker.invalid:1883 within 0.1 s",
    });
    const strange = await listening((write) => write("220 mail ready\r\n"));
    await expect(dial(at("broker.invalid", 1883), by(strange))).rejects.toMatchObject({
      stage: "proxy",
      hint: expect.stringMatching(/does it speak/),
    });
  });
});

async function listening(greet: (write: (text: string) => void) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    greet((text) => socket.write(text));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
