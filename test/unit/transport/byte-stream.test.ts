import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteStream, dial, type ListenAt, listen, type TransportOptions } from "../../../src/transport/index.ts";
import { TlsCredentials } from "../../../src/transport/tls-server.ts";
import { testCertificates } from "../../support/certificates.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { describeByteStream, type StreamPair } from "./byte-stream-contract.ts";

const here = { host: "127.0.0.1", port: 0 };
const certificates = await testCertificates();
const credentials = new TlsCredentials(certificates.server);
const trust: TransportOptions = { tls: { ca: [certificates.ca.certificate] } };

async function overNetwork(at: ListenAt, options: TransportOptions = {}): Promise<StreamPair> {
  let accepted = (_: ByteStream): void => {};
  const server = new Promise<ByteStream>((resolve) => {
    accepted = resolve;
  });
  const listener = await listen(at, accepted);
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

describeByteStream("ws", () => overNetwork({ ...here, scheme: "ws" }), { hasHalfClose: false });

describeByteStream("wss", () => overNetwork({ ...here, scheme: "wss", tls: credentials }, trust), {
  hasHalfClose: false,
});
