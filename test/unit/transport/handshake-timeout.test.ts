import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type ListenAt, type Listener, listen } from "../../../src/transport/index.ts";
import { TlsCredentials } from "../../../src/transport/tls-server.ts";
import { testCertificates } from "../../support/certificates.ts";

let listener: Listener | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await listener?.close();
});
const tls = new TlsCredentials((await testCertificates()).server);

test("a client that leaves during the handshake is gone at once", async () => {
  const problem = new Promise<string>((resolve) => {
    void listen({ host: "127.0.0.1", port: 0, scheme: "mqtts", tls }, () => {}, resolve).then((one) => {
      listener = one;
      const socket = connect(one.address.port, "127.0.0.1").on("error", () => {});
      // A ClientHello that does not go on.
      socket.end(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]));
    });
  });
  expect(await problem).toBe("it left during the TLS handshake");
});

describe("[TL-05] who does not come to MQTT within 10 s is cut off, bytes or not", () => {
  test.each<[string, Partial<Extract<ListenAt, { host: string }>>, Buffer]>([
    ["the TLS handshake", { scheme: "mqtts", tls }, Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00])],
    ["the WebSocket", { scheme: "ws" }, Buffer.from("GET /mqtt HTTP/1.1\r\nHost: x\r\n")],
    ["the PROXY header", { trustedProxies: ["127.0.0.1"] }, Buffer.from("PROXY ")],
  ])("%s", async (step, details, beginning) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const problems: string[] = [];
    const at = { host: "127.0.0.1", port: 0, ...details };
    listener = await listen(
      at,
      () => problems.push("accepted"),
      (reason) => problems.push(reason),
    );
    const socket = connect(listener.address.port, "127.0.0.1").on("error", () => {});
    const closed = once(socket, "close");
    socket.resume();
    while (vi.getTimerCount() === 0) await new Promise(setImmediate);
    socket.write(beginning);
    for (let second = 0; second < 9; second += 1) {
      vi.advanceTimersByTime(1000);
      socket.write(beginning.subarray(0, 1));
      await new Promise(setImmediate);
    }
    vi.advanceTimersByTime(999);
    expect(problems).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(problems).toEqual([`${step} took longer than 10 s`]);
    await closed;
  });
});
