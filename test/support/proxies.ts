import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A proxy for tests, and how often somebody came through it. */
export interface TestProxy {
  readonly url: string;
  readonly port: number;
  readonly targets: string[];
  close(): void;
}

/** What it wants before it connects. */
export interface Login {
  readonly userName: string;
  readonly password: string;
}

/** An HTTP proxy that knows CONNECT alone. */
export async function startHttpProxy(login?: Login): Promise<TestProxy> {
  const targets: string[] = [];
  const server = createHttpServer((_request, response) => response.writeHead(405).end());
  server.on("connect", (request, client: Socket, head: Buffer) => {
    const expected = login && `Basic ${Buffer.from(`${login.userName}:${login.password}`).toString("base64")}`;
    client.on("error", () => {});
    if (expected !== undefined && request.headers["proxy-authorization"] !== expected) {
      client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      return;
    }
    targets.push(request.url ?? "");
    const [host, port] = splitTarget(request.url ?? "");
    const upstream = connect({ host, port }, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    upstream.on("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  });
  return listening(server, "http", targets, login);
}

/** A SOCKS5 proxy that knows CONNECT alone (RFC 1928, 1929). */
export async function startSocksProxy(login?: Login): Promise<TestProxy> {
  const targets: string[] = [];
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on("error", () => {});
    serveSocks(client, targets, login).catch(() => client.destroy());
  });
  return listening(server, "socks5h", targets, login);
}

async function serveSocks(client: Socket, targets: string[], login?: Login): Promise<void> {
  const [, count = 0] = await bytes(client, 2);
  const methods = await bytes(client, count);
  const method = login === undefined ? 0 : 2;
  if (!methods.includes(method)) {
    client.end(Buffer.from([5, 0xff]));
    return;
  }
  client.write(Buffer.from([5, method]));
  if (login !== undefined) {
    await bytes(client, 1);
    const userName = (await counted(client)).toString();
    const password = (await counted(client)).toString();
    const isRight = userName === login.userName && password === login.password;
    client.write(Buffer.from([1, isRight ? 0 : 1]));
    if (!isRight) {
      client.end();
      return;
    }
  }
  const [, , , kind] = await bytes(client, 4);
  const host =
    kind === 1
      ? (await bytes(client, 4)).join(".")
      : kind === 4
        ? (await bytes(client, 16)).toString("hex").replace(/(.{4})(?=.)/g, "$1:")
        : (await counted(client)).toString();
  const port = (await bytes(client, 2)).readUInt16BE();
  targets.push(`${host}:${port}`);
  const upstream = connect({ host, port }, () => {
    // A name as the bound address: its length has to be read, too.
    client.write(Buffer.concat([Buffer.from([5, 0, 0, 3, 5]), Buffer.from("proxy"), Buffer.from([0, 1])]));
    upstream.pipe(client).pipe(upstream);
  });
  upstream.on("error", () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
}

async function counted(client: Socket): Promise<Buffer> {
  const [length = 0] = await bytes(client, 1);
  return bytes(client, length);
}

function bytes(client: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const read = (): void => {
      const chunk = client.read(length) as Buffer | null;
      if (chunk === null) return;
      client.off("readable", read).off("close", onClose);
      resolve(chunk);
    };
    const onClose = (): void => reject(new Error("closed"));
    client.on("readable", read).once("close", onClose);
    read();
  });
}

function splitTarget(target: string): [string, number] {
  const at = target.lastIndexOf(":");
  return [target.slice(0, at).replace(/^\[|\]$/g, ""), Number(target.slice(at + 1))];
}

function listening(server: Server, scheme: string, targets: string[], login?: Login): Promise<TestProxy> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      const user = login === undefined ? "" : `${login.userName}:${login.password}@`;
      resolve({ url: `${scheme}://${user}127.0.0.1:${port}`, port, targets, close: () => server.close() });
    });
  });
}
