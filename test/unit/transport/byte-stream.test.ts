import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteStream, dial, type ListenAt, listen, type TransportOptions } from "../../../src/transport/index.ts";
import { NodeSocketStream } from "../../../src/transport/node-socket.ts";
import { TlsCredentials } from "../../../src/transport/tls-server.ts";
import { testCertificates } from "../../support/certificates.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { type Login, startHttpProxy, startSocksProxy, type TestProxy } from "../../support/proxies.ts";
import { describeByteStream, type StreamPair } from "./byte-stream-contract.ts";

const here = { host: "127.0.0.1", port: 0 };
const certificates = await testCertificates();
const credentials = new TlsCredentials(certificates.server);
const trust: TransportOptions = { tls: { ca: [certificates.ca.certificate] } };

async function accepting(at: ListenAt) {
  let accepted = (_: ByteStream): void => {};
  const server = new Promise<ByteStream>((resolve) => {
    accepted = resolve;
  });
  return { server, listener: await listen(at, accepted) };
}

async function throughProxy(start: (login: Login) => Promise<TestProxy>): Promise<StreamPair> {
  const login = { userName: "ann", password: "x" };
  const { port, close } = await start(login);
  const kind = start === startSocksProxy ? "socks5" : "http";
  const pair = await overNetwork(here, { proxy: { kind, host: "127.0.0.1", port, ...login } });
  return {
    ...pair,
    close: async () => {
      await pair.close();
      close();
    },
  };
}

async function overNetwork(at: ListenAt, options: TransportOptions = {}): Promise<StreamPair> {
  const { server, listener } = await accepting(at);
  const client = await dial(listener.address, { timeout: 5000, ...options });
  return { client, server: await server, close: () => listener.close() };
}

describeByteStream("memory", async () => {
  const [client, server] = memoryStreamPair();
  return { client, server, close: async () => {} };
});

describeByteStream("tcp", () => overNetwork(here));

describeByteStream("unix", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mqtk-"));
  const pair = await overNetwork({ path: join(folder, "mqtt.sock") });
  const close = async (): Promise<void> => {
    await pair.close();
    await rm(folder, { recursive: true });
  };
  return { ...pair, close };
});

describeByteStream("tls 1.3", () => overNetwork({ ...here, scheme: "mqtts", tls: credentials }, trust));

describeByteStream("tls 1.2", () => {
  const tls = { ...trust.tls, maximumVersion: "TLSv1.2" } as const;
  return overNetwork({ ...here, scheme: "mqtts", tls: credentials }, { tls });
});

describeByteStream("psk", () => {
  const key = Buffer.from("0123456789abcdef", "hex");
  const tls = new TlsCredentials({ psk: new Map([["ann", key]]) });
  return overNetwork({ ...here, scheme: "mqtts", tls }, { tls: { psk: { identity: "ann", key } } });
});

describeByteStream("socks5", () => throughProxy(startSocksProxy));

describeByteStream("http proxy", () => throughProxy(startHttpProxy));

describeByteStream("tcp behind a PROXY header", async () => {
  const { server, listener } = await accepting({ ...here, trustedProxies: ["127.0.0.1"] });
  const { host, port } = listener.address;
  const socket = connect({ host, port, allowHalfOpen: true });
  // In one piece with what follows at once: it must not swallow any of it.
  socket.write("PROXY TCP4 192.0.2.7 10.0.0.1 4242 1883\r\n");
  await once(socket, "connect");
  const client = new NodeSocketStream(socket, "proxy");
  return { client, server: await server, close: () => listener.close() };
});

describeByteStream("ws", () => overNetwork({ ...here, scheme: "ws" }), { hasHalfClose: false });

describeByteStream("wss", () => overNetwork({ ...here, scheme: "wss", tls: credentials }, trust), {
  hasHalfClose: false,
});
