import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { certificateFolder } from "../support/certificate-folder.ts";
import { testCertificates } from "../support/certificates.ts";
import { startHttpProxy, startSocksProxy, type TestProxy } from "../support/proxies.ts";
import { mqtkBin } from "../support/run-mqtk.ts";

export const transports = ["tcp", "tls", "mtls", "psk", "ws", "wss", "unix", "socks5", "http-proxy"] as const;
export type Transport = (typeof transports)[number];

/** A broker that listens on everything it can, and the words with which mqtk connects over each transport. */
export interface ManyWays {
  readonly words: Readonly<Record<Transport, readonly string[]>>;
  /** Bytes of a message that it takes over WebSocket within half a second. */
  readonly large: number;
  stop(): void;
}

/** Files and proxies that the brokers of one test file share. */
export interface Surroundings {
  readonly folder: string;
  readonly socks: TestProxy;
  readonly http: TestProxy;
  file(name: string): string;
  stop(): void;
}

const PSK = "0123456789abcdef0123456789abcdef";
const login = { userName: "proxy user", password: "s@cret" };

export async function surroundings(): Promise<Surroundings> {
  const { folder, file, remove } = certificateFolder({ ...(await testCertificates()) });
  writeFileSync(file("psk"), `ann:${PSK}\n`);
  const socks = await startSocksProxy(login);
  const http = await startHttpProxy(login);
  const stop = (): void => {
    socks.close();
    http.close();
    remove();
  };
  return { folder, file, socks, http, stop };
}

export async function startMqtkOnAll(around: Surroundings): Promise<ManyWays> {
  const { file } = around;
  const ports = await freePorts(6);
  const [tcp = 0, tls = 0, mtls = 0, psk = 0, ws = 0, wss = 0] = ports;
  const certificate = ["--cert", file("server.pem"), "--key", file("server.key")];
  const listeners = [
    `mqtt://127.0.0.1:${tcp}`,
    `mqtts://127.0.0.1:${tls}`,
    `mqtts://127.0.0.1:${mtls}?client-ca=${encodeURIComponent(file("ca.pem"))}`,
    `mqtts://127.0.0.1:${psk}?psk-file=${encodeURIComponent(file("psk"))}`,
    `ws://127.0.0.1:${ws}`,
    `wss://127.0.0.1:${wss}/mqtt`,
    `unix:${file("mqtk.sock")}?mode=600`,
  ];
  const child = spawn(
    process.execPath,
    [mqtkBin, "broker", "--quiet", ...listeners.flatMap((one) => ["--listen", one]), ...certificate],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  await reachable(child, ports);
  return {
    words: wordsFor({ tcp, tls, mtls, psk, ws, wss, unix: file("mqtk.sock") }, around),
    large: 300_000,
    stop: () => child.kill(),
  };
}

/** `program`: mosquitto 2. */
export async function startMosquittoOnAll(program: string, around: Surroundings): Promise<ManyWays> {
  const { file } = around;
  const ports = await freePorts(6);
  const [tcp = 0, tls = 0, mtls = 0, psk = 0, ws = 0, wss = 0] = ports;
  const certificate = `certfile ${file("server.pem")}\nkeyfile ${file("server.key")}\ncafile ${file("ca.pem")}\n`;
  const text = `per_listener_settings false
allow_anonymous true
user root
psk_file ${file("psk")}
listener ${tcp} 127.0.0.1
listener ${tls} 127.0.0.1
${certificate}
listener ${mtls} 127.0.0.1
${certificate}require_certificate true
listener ${psk} 127.0.0.1
psk_hint mosquitto
listener ${ws} 127.0.0.1
protocol websockets
listener ${wss} 127.0.0.1
protocol websockets
${certificate}
listener 0 ${file("mosquitto.sock")}
`;
  writeFileSync(file("mosquitto.conf"), text);
  const child = spawn(program, ["-c", file("mosquitto.conf")], { stdio: "ignore" });
  await reachable(child, ports);
  const unix = file("mosquitto.sock");
  return {
    words: wordsFor({ tcp, tls, mtls, psk, ws, wss, unix }, around),
    // mosquitto 2.0 reads 4 KiB of a WebSocket each 100 ms.
    large: 18_000,
    stop: () => child.kill(),
  };
}

interface Places {
  readonly tcp: number;
  readonly tls: number;
  readonly mtls: number;
  readonly psk: number;
  readonly ws: number;
  readonly wss: number;
  readonly unix: string;
}

function wordsFor(at: Places, { file, socks, http }: Surroundings): ManyWays["words"] {
  const trust = ["--cafile", file("ca.pem")];
  return {
    tcp: ["-L", `mqtt://127.0.0.1:${at.tcp}`],
    tls: ["-h", "localhost", "-p", String(at.tls), ...trust],
    mtls: ["-L", `mqtts://localhost:${at.mtls}`, ...trust, "--cert", file("client.pem"), "--key", file("client.key")],
    psk: ["-h", "127.0.0.1", "-p", String(at.psk), "--psk", PSK, "--psk-identity", "ann"],
    ws: ["-L", `ws://127.0.0.1:${at.ws}/mqtt`],
    wss: ["-h", "localhost", "-p", String(at.wss), "--ws", ...trust],
    unix: ["--unix", at.unix],
    // The name is the proxy's to find.
    socks5: [
      "-L",
      `mqtt://localhost:${at.tcp}`,
      "--proxy",
      socks.url.replace("proxy user", "proxy%20user").replace("s@", "s%40"),
    ],
    "http-proxy": [
      "-L",
      `mqtts://localhost:${at.tls}`,
      ...trust,
      "--proxy",
      http.url.replace("proxy user", "proxy%20user").replace("s@", "s%40"),
    ],
  };
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Waits until somebody listens on all of them; rejects where the process ends before. */
async function reachable(child: ChildProcess, ports: readonly number[]): Promise<void> {
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (code) => reject(new Error(`the broker ended with ${code}`)));
    child.once("error", reject);
  });
  ended.catch(() => {});
  for (const port of ports) await Promise.race([ended, answering(port)]);
}

async function answering(port: number): Promise<void> {
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => setTimeout(resolve, 20, false));
  });
  if (!isThere) await answering(port);
}
