import { type ChildProcess, spawn } from "node:child_process";
import { pbkdf2Sync } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { freePort } from "./foreign-brokers.ts";

/** What it listens on. */
export interface MosquittoPorts {
  readonly plain: number;
  /** User names and passwords: ann has sesame, bob has open. */
  readonly password: number;
  /** TLS 1.3 alone. */
  readonly tls: number;
  /** Wants certificates; their CN is the user name. */
  readonly mutual: number;
  /** The identity is the user name: see PRE_SHARED_KEY. */
  readonly psk: number;
  readonly ws: number;
  readonly unix: string;
}

const PASSWORDS = { ann: "sesame", bob: "open" } as const;
export const PRE_SHARED_KEY = { identity: "eve", key: "0123456789abcdef" } as const;

/** mosquitto with a listener of each kind, and all that it says about its clients. */
export class BenchMosquitto {
  readonly ports: MosquittoPorts;
  readonly #child: ChildProcess;
  #log = "";

  /** `folder` holds ca.pem, server.pem and server.key, and takes more files. */
  static async start(program: string, folder: string): Promise<BenchMosquitto> {
    const file = (name: string) => path.join(folder, name);
    const ports: number[] = [];
    // One after the other, or the system could give one twice.
    for (let port = 0; port < 6; port++) ports.push(await freePort());
    const [plain = 0, password = 0, tls = 0, mutual = 0, psk = 0, ws = 0] = ports;
    const certificate = [`certfile ${file("server.pem")}`, `keyfile ${file("server.key")}`];
    writeFileSync(file("passwords"), Object.entries(PASSWORDS).map(passwordLine).join(""));
    writeFileSync(file("keys"), `${PRE_SHARED_KEY.identity}:${PRE_SHARED_KEY.key}\n`);
    const listeners = [
      [`listener ${plain} 127.0.0.1`, "allow_anonymous true"],
      [`listener ${password} 127.0.0.1`, "allow_anonymous false", `password_file ${file("passwords")}`],
      [`listener ${tls} 127.0.0.1`, "allow_anonymous true", "tls_version tlsv1.3", ...certificate],
      [
        ...[`listener ${mutual} 127.0.0.1`, "allow_anonymous true", ...certificate, `cafile ${file("ca.pem")}`],
        ...["require_certificate true", "use_identity_as_username true"],
      ],
      [
        ...[`listener ${psk} 127.0.0.1`, "allow_anonymous true", "psk_hint hint", `psk_file ${file("keys")}`],
        "use_identity_as_username true",
      ],
      [`listener ${ws} 127.0.0.1`, "allow_anonymous true", "protocol websockets"],
      [`listener 0 ${file("socket")}`, "allow_anonymous true"],
    ];
    const general = ["per_listener_settings true", "max_queued_messages 0", "sys_interval 1", "user root"];
    const logging = ["log_dest stderr", "log_type all"];
    writeFileSync(file("mosquitto.conf"), [...general, ...logging, ...listeners.flat(), ""].join("\n"));
    const child = spawn(program, ["-c", file("mosquitto.conf")], { stdio: ["ignore", "ignore", "pipe"] });
    const mosquitto = new BenchMosquitto(child, { plain, password, tls, mutual, psk, ws, unix: file("socket") });
    await mosquitto.said(/ running/);
    return mosquitto;
  }

  private constructor(child: ChildProcess, ports: MosquittoPorts) {
    this.ports = ports;
    this.#child = child;
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#log += text;
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** All lines that hold this word. */
  linesWith(word: string): string {
    return this.#log
      .split("\n")
      .filter((line) => line.includes(word))
      .join("\n");
  }

  /** Resolves with the match once this was said, in lines that hold the word; rejects where that takes long. */
  async said(pattern: RegExp, word = ""): Promise<RegExpExecArray> {
    const until = performance.now() + 15_000;
    for (;;) {
      const found = pattern.exec(this.linesWith(word));
      if (found) return found;
      if (performance.now() > until || this.#child.exitCode !== null) {
        throw new Error(`mosquitto did not say ${pattern}, but:\n${this.linesWith(word)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  stop(): void {
    this.#child.kill("SIGKILL");
  }
}

/** As mosquitto_passwd writes it: PBKDF2 with SHA-512. */
function passwordLine([name, password]: [string, string]): string {
  const [rounds, salt] = [101, Buffer.alloc(12, name)];
  const hash = pbkdf2Sync(password, salt, rounds, 64, "sha512");
  return `${name}:$7$${rounds}$${salt.toString("base64")}$${hash.toString("base64")}\n`;
}
