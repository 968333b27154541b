import { type AddressInfo, connect, createServer } from "node:net";

/** Passes everything on, and keeps what clients sent. */
export interface Tap {
  readonly port: number;
  readonly seen: Buffer[];
  close(): void;
}

/** A tap in front of a port of this machine. */
export async function startTap(port: number): Promise<Tap> {
  const seen: Buffer[] = [];
  const server = createServer((client) => {
    const broker = connect(port, "127.0.0.1");
    for (const socket of [client, broker]) socket.on("error", () => {});
    client.on("data", (chunk) => seen.push(chunk));
    client.pipe(broker).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { port: (server.address() as AddressInfo).port, seen, close: () => server.close() };
}
