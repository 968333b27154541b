import { once } from "node:events";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { type ByteStream, type Listener, listen } from "../../../src/transport/index.ts";
import { addressList, parseProxyHeader } from "../../../src/transport/proxy-protocol.ts";
import { TlsCredentials } from "../../../src/transport/tls-server.ts";
import { testCertificates } from "../../support/certificates.ts";

const SIGNATURE = Buffer.from("0d0a0d0a000d0a515549540a", "hex");

/** A header of version 2. */
function version2(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.from([command, family, body.length >> 8, body.length & 0xff]);
  return Buffer.concat([SIGNATURE, head, body]);
}
const ipv4 = Buffer.from([192, 0, 2, 7, 10, 0, 0, 1, 0x10, 0x92, 0x07, 0x5b]);
const field = (type: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([type, value.length >> 8, value.length & 0xff]), value]);
/** What a proxy tells of TLS that it ended: flags, the result of verification, and the common name. */
const ssl = (flags: number, verify: number, name: Buffer): Buffer =>
  field(0x20, Buffer.concat([Buffer.from([flags, 0, 0, 0, verify]), field(0x22, name)]));

describe("a PROXY header", () => {
  test.each<[string, Buffer, unknown]>([
    [
      "version 1, IPv4",
      Buffer.from("PROXY TCP4 192.0.2.7 10.0.0.1 4242 1883\r\nrest"),
      { host: "192.0.2.7", port: 4242 },
    ],
    ["version 1, IPv6", Buffer.from("PROXY TCP6 2001:db8::7 ::1 4242 1883\r\n"), { host: "2001:db8::7", port: 4242 }],
    ["version 1, unknown", Buffer.from("PROXY UNKNOWN\r\n"), undefined],
    ["version 2, IPv4", version2(0x21, 0x11, ipv4), { host: "192.0.2.7", port: 4242 }],
    [
      "version 2, IPv6",
      version2(
        0x21,
        0x21,
        Buffer.concat([
          Buffer.from("20010db8000000000000000000000007", "hex"),
          Buffer.alloc(16),
          Buffer.from([0x10, 0x92, 0, 1]),
        ]),
      ),
      { host: "2001:db8::7", port: 4242 },
    ],
    ["version 2, Unix", version2(0x21, 0x31, Buffer.alloc(216)), undefined],
    ["version 2, the proxy itself", version2(0x20, 0x00, Buffer.alloc(0)), undefined],
  ])("%s", (_name, bytes, source) => {
    expect(parseProxyHeader(bytes)?.source).toEqual(source);
  });

  test("is read byte by byte as well, and nothing behind it", () => {
    for (const header of [Buffer.from("PROXY TCP4 192.0.2.7 10.0.0.1 4242 1883\r\n"), version2(0x21, 0x11, ipv4)]) {
      for (let length = 0; length < header.length; length++) {
        expect(parseProxyHeader(header.subarray(0, length))).toBe(undefined);
      }
      expect(parseProxyHeader(Buffer.concat([header, Buffer.from("MQTT")]))?.length).toBe(header.length);
    }
  });

  test.each<[string, Buffer]>([
    ["MQTT", Buffer.from([0x10, 0x0c, 0, 4])],
    ["another word", Buffer.from("PROXZ TCP4")],
    ["addresses that are none", Buffer.from("PROXY TCP4 192.0.2.999 10.0.0.1 1 2\r\n")],
    ["IPv6 called IPv4", Buffer.from("PROXY TCP4 ::1 ::1 1 2\r\n")],
    ["a port that is none", Buffer.from("PROXY TCP4 192.0.2.7 10.0.0.1 70000 2\r\n")],
    ["something behind the ports", Buffer.from("PROXY TCP4 192.0.2.7 10.0.0.1 1 2 3\r\n")],
    ["a line without end", Buffer.from(`PROXY UNKNOWN ${"x".repeat(100)}`)],
    ["another version", version2(0x31, 0x11, ipv4)],
    ["an unknown command", version2(0x22, 0x11, ipv4)],
    ["addresses that are cut short", version2(0x21, 0x11, ipv4.subarray(0, 8))],
    ["a field that is longer than the header", version2(0x21, 0x11, Buffer.concat([ipv4, Buffer.from([0x20, 0, 9])]))],
    ["a length without end", Buffer.concat([SIGNATURE, Buffer.from([0x21, 0x11, 0xff, 0xff])])],
  ])("is refused: %s", (_name, bytes) => {
    expect(() => parseProxyHeader(bytes)).toThrow(/PROXY header/);
  });

  test.each<[string, Buffer, unknown]>([
    [
      "a certificate that was checked",
      ssl(0x07, 0, Buffer.from("ann")),
      { certificate: { commonName: "ann", fingerprint: "" } },
    ],
    ["one that was not accepted", ssl(0x07, 1, Buffer.from("ann")), undefined],
    ["TLS without one", ssl(0x01, 0, Buffer.from("ann")), undefined],
    [
      "a name that is no UTF-8",
      ssl(0x07, 0, Buffer.from([0xff])),
      { certificate: { commonName: "", fingerprint: "" } },
    ],
    ["nothing about TLS", field(0x04, Buffer.alloc(3)), undefined],
  ])("tells of TLS: %s", (_name, fields, identity) => {
    expect(parseProxyHeader(version2(0x21, 0x11, Buffer.concat([ipv4, fields])))?.identity).toEqual(identity);
  });
});

describe("a list of addresses", () => {
  test("addresses and networks of both families", () => {
    const list = addressList(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]);
    expect(list.check("10.200.1.1")).toBe(true);
    expect(list.check("192.0.2.2")).toBe(false);
    expect(list.check("2001:db8:1::1", "ipv6")).toBe(true);
  });
  test.each(["10.0.0.0/33", "x", "10.0.0.0/", "::/129", "10.0.0.0/-1", ""])("%j is not one", (text) => {
    expect(() => addressList([text])).toThrow(expect.objectContaining({ code: "usage" }));
  });
});

describe("a listener behind a proxy", () => {
  let listener: Listener | undefined;
  afterEach(() => listener?.close());

  async function accepting(
    trustedProxies: readonly string[],
    scheme: "mqtt" | "mqtts" | "ws" = "mqtt",
    tls?: TlsCredentials,
  ) {
    const problems: string[] = [];
    let accept = (_: ByteStream): void => {};
    const accepted = new Promise<ByteStream>((resolve) => {
      accept = resolve;
    });
    const at = { host: "127.0.0.1", port: 0, scheme, tls, trustedProxies };
    listener = await listen(at, accept, (reason) => problems.push(reason));
    return { port: listener.address.port, accepted, problems };
  }
  const textOf = (stream: ByteStream): Promise<string> =>
    new Promise((resolve) => {
      stream.onData = (chunk) => resolve(chunk.toString());
    });

  test("knows the client behind it, and gets the bytes behind the header", async () => {
    const { port, accepted } = await accepting(["127.0.0.0/8"]);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      Buffer.concat([
        version2(0x21, 0x11, Buffer.concat([ipv4, ssl(0x07, 0, Buffer.from("ann"))])),
        Buffer.from("MQTT"),
      ]),
    );
    const stream = await accepted;
    expect(stream.remote).toBe("192.0.2.7:4242");
    expect(stream.identity).toEqual({ certificate: { commonName: "ann", fingerprint: "" } });
    expect(await textOf(stream)).toBe("MQTT");
    socket.destroy();
  });

  test("goes on to TLS behind the header", async () => {
    const { ca, server } = await testCertificates();
    const { port, accepted } = await accepting(["127.0.0.1"], "mqtts", new TlsCredentials(server));
    const socket = connect(port, "127.0.0.1");
    socket.write("PROXY TCP4 192.0.2.7 10.0.0.1 4242 8883\r\n");
    const secure = connectTls({ socket, host: "localhost", ca: ca.certificate });
    await once(secure, "secureConnect");
    secure.write("MQTT");
    const stream = await accepted;
    expect(stream.remote).toBe("192.0.2.7:4242");
    expect(await textOf(stream)).toBe("MQTT");
    secure.destroy();
  });

  test("goes on to WebSocket behind the header", async () => {
    const { port, accepted } = await accepting(["127.0.0.1"], "ws");
    const socket = connect(port, "127.0.0.1");
    const head = [
      "GET /mqtt HTTP/1.1",
      "Host: x",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
    ];
    const rest = ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: mqtt", "", ""];
    socket.write(`PROXY TCP4 192.0.2.7 10.0.0.1 4242 80\r\n${[...head, ...rest].join("\r\n")}`);
    expect((await accepted).remote).toBe("192.0.2.7:4242");
    socket.destroy();
  });

  test("[AZ-21] takes no header from others: it is no MQTT either", async () => {
    const { port, accepted } = await accepting(["192.0.2.0/24"]);
    const socket = connect(port, "127.0.0.1");
    socket.write("PROXY TCP4 192.0.2.7 10.0.0.1 4242 1883\r\n");
    const stream = await accepted;
    expect(stream.remote).toMatch(/^127\.0\.0\.1:/);
    expect(await textOf(stream)).toMatch(/^PROXY /);
    socket.destroy();
  });

  test("wants one from a trusted address", async () => {
    const { port, problems } = await accepting(["127.0.0.1"]);
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write(Buffer.from([0x10, 0x0c, 0, 4]));
    await once(socket, "close");
    expect(problems).toEqual(["from a trusted proxy came no PROXY header"]);
  });
});
