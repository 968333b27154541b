// What `mqtk` costs beside an empty Node.js: interleaved runs, so that whatever else the machine does hits all alike.
//   npm run bench:startup [-- RUNS]
// Must: one QoS 1 message out, and one message in, at most 13 ms over `node -e 0`. NODE_EXTRA_CA_CERTS alone would add
// 31 ms to every start.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import path from "node:path";

const LIMIT = 13;
const LIMITED = ["mqtk pub -q 1", "mqtk sub -C 1"];
const bin = path.resolve("bin/mqtk.js");
const publish = ["-h", "127.0.0.1", "-t", "plant/1", "-m", "21.5"];

/** PUBLISH, QoS 0: "21" to a/b. */
const MESSAGE = [0x30, 8, 0, 3, 0x61, 0x2f, 0x62, 0, 0x32, 0x31];

/** Milliseconds of each run, by the command. */
type Times = ReadonlyMap<string, readonly number[]>;

async function main(runs: number): Promise<void> {
  const server = createServer((socket) => socket.on("data", (chunk) => answer(socket, chunk)).on("error", () => {}));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const times = await timesOf(runs, {
    "node -e 0": ["-e", "0"],
    "mqtk --version": [bin, "--version"],
    "mqtk pub --help": [bin, "pub", "--help"],
    "mqtk pub -q 0": [bin, "pub", "-p", String(port), ...publish],
    "mqtk pub -q 1": [bin, "pub", "-p", String(port), ...publish, "-q", "1"],
    "mqtk sub -C 1": [bin, "sub", "-p", String(port), "-h", "127.0.0.1", "-t", "a/b", "-C", "1"],
  });
  server.close();
  report(runs, times);
}

async function timesOf(runs: number, commands: Readonly<Record<string, readonly string[]>>): Promise<Times> {
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
  for (let run = -3; run < runs; run++) {
    for (const [name, words] of Object.entries(commands)) {
      const time = await timeOf(words);
      if (run >= 0) times.get(name)?.push(time); // the first runs fill the system's caches
    }
  }
  return times;
}

function report(runs: number, times: Times): void {
  const medianOf = (name: string): number => sorted(times, name)[runs >> 1] as number;
  const leastOf = (name: string): number => sorted(times, name)[0] as number;
  const over = (of: (name: string) => number, name: string): string => `+${(of(name) - of("node -e 0")).toFixed(1)}`;
  console.log(
    `Node.js ${process.version}, ${runs} runs of each, interleaved. Milliseconds over node -e 0, which takes`,
  );
  console.log(
    `${medianOf("node -e 0").toFixed(1)} (least ${leastOf("node -e 0").toFixed(1)}): medians, and differences of the least\n`,
  );
  for (const name of [...times.keys()].slice(1)) {
    console.log(`${name.padEnd(16)} ${over(medianOf, name).padStart(6)} ${over(leastOf, name).padStart(6)}`);
  }
  console.log();
  for (const name of LIMITED) {
    const isMet = medianOf(name) - medianOf("node -e 0") <= LIMIT;
    console.log(`${name}: at most +${LIMIT} allowed: ${isMet ? "met" : "NOT MET"}`);
    if (!isMet) process.exitCode = 1;
  }
}

async function timeOf(words: readonly string[]): Promise<number> {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const started = performance.now();
  const child = spawn(process.execPath, words, { env, stdio: "ignore" });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  return performance.now() - started;
}

/** The least that a client needs of a broker: CONNACK for CONNECT, PUBACK for PUBLISH, SUBACK for SUBSCRIBE and a message. */
function answer(socket: Socket, chunk: Buffer): void {
  for (let at = 0; at < chunk.length; ) {
    const length = chunk[at + 1] as number; // all packets here are short
    const type = (chunk[at] as number) >> 4;
    if (type === 1) socket.write(Buffer.from([0x20, 3, 0, 0, 0]));
    if (type === 3 && ((chunk[at] as number) & 6) !== 0) {
      const id = at + 4 + chunk.readUInt16BE(at + 2);
      socket.write(Buffer.from([0x40, 2, chunk[id] as number, chunk[id + 1] as number]));
    }
    if (type === 8) {
      const id = [chunk[at + 2] as number, chunk[at + 3] as number];
      socket.write(Buffer.from([0x90, 4, ...id, 0, 0, ...MESSAGE]));
    }
    if (type === 14) socket.end();
    at += 2 + length;
  }
}

function sorted(times: Times, name: string): readonly number[] {
  return (times.get(name) ?? []).toSorted((one, other) => one - other);
}

main(Number(process.argv[2] ?? 60));
