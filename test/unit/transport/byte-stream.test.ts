import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ByteStream, dial, type ListenAt, listen } from "../../../src/transport/index.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { describeByteStream, type StreamPair } from "./byte-stream-contract.ts";

async function overNetwork(at: ListenAt): Promise<StreamPair> {
  let accepted = (_: ByteStream): void => {};
  const server = new Promise<ByteStream>((resolve) => {
    accepted = resolve;
  });
  const listener = await listen(at, accepted);
  const client = await dial(listener.address, { timeout: 5000 });
  return { client, server: await server, close: () => listener.close() };
}

describeByteStream("memory", async () => {
  const [client, server] = memoryStreamPair();
  return { client, server, close: async () => {} };
});

describeByteStream("tcp", () => overNetwork({ host: "127.0.0.1", port: 0 }));

describeByteStream("unix", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mqtk-"));
  const pair = await overNetwork({ path: join(folder, "mqtt.sock") });
  const close = async (): Promise<void> => {
    await pair.close();
    await rm(folder, { recursive: true });
  };
  return { ...pair, close };
});
