import { createPrivateKey, type KeyObject } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../../errors.ts";
import type { Issued } from "../../certificates/issue.ts";
import { ExitCode } from "../../exit-code.ts";
import { readTextFile } from "../../read-file.ts";
import { reasonOf } from "../../system-reason.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { askFor, isEncrypted, passphraseFrom, readPem } from "../../tls-files.ts";
import type { CertValues } from "./definition.ts";
import { show } from "./show.ts";

const DAYS = 90;
const CA_DAYS = 3650;

/** Makes a certificate, or explains one. */
export async function run(values: CertValues, terminal: Terminal): Promise<number> {
  const { what, subject, days } = values;
  switch (what) {
    case "ca":
      return write(values, terminal, "ca", async ({ issueCa }) =>
        locked(await issueCa({ commonName: subject ?? "mqtk CA", days: days ?? CA_DAYS }), values, terminal),
      );
    case "server": {
      const names = [...new Set([needed(values, "a host name or address"), ...values.names])];
      const wrong = names.find((name) => !/^(\*\.)?[\w.-]+$|^[\da-f:.]*:[\da-f:.]*$/i.test(name));
      if (wrong !== undefined) throw new UsageError(`${wrong} is neither a host name nor an IP address`);
      const wish = { commonName: names[0] as string, days: days ?? DAYS, names };
      return write(values, terminal, "server", async ({ issueServer }) =>
        issueServer(await caFrom(values, terminal), wish),
      );
    }
    case "client": {
      const commonName = needed(values, "a user name");
      const file = commonName.replace(/[^\w.-]/g, "_");
      return write(values, terminal, file, async ({ issueClient }) =>
        issueClient(await caFrom(values, terminal), { commonName, days: days ?? DAYS }),
      );
    }
    case "show":
      return show(needed(values, "a PEM file, HOST[:PORT] or URL"), values, terminal);
  }
}

function needed({ what, subject }: CertValues, meaning: string): string {
  if (subject !== undefined && subject !== "") return subject;
  throw new UsageError(`mqtk cert ${what} needs ${meaning}`, `write mqtk cert ${what} NAME`);
}

/** The CA with which certificates are signed; asks for the passphrase of its key where that has one. */
async function caFrom(values: CertValues, terminal: Terminal): Promise<Issued> {
  const { out, ca, caKey } = values;
  const certificate = readPem("--ca", ca ?? path.join(out, "ca.pem"), "CERTIFICATE");
  const file = caKey ?? path.join(out, "ca.key");
  const key = readTextFile("--ca-key", file);
  if (!isEncrypted(key)) return { certificate, key };
  const passphrase = passphraseFrom(values, terminal) ?? (await askFor(`passphrase of ${file}: `, terminal));
  try {
    return { certificate, key: pemOf(createPrivateKey({ key, passphrase })) };
  } catch {
    throw new UsageError(`--ca-key: the passphrase of ${file} is wrong`);
  }
}

/** With a passphrase for it, the key is encrypted. */
function locked({ certificate, key }: Issued, values: CertValues, terminal: Terminal): Issued {
  const passphrase = passphraseFrom(values, terminal);
  if (passphrase === undefined) return { certificate, key };
  if (passphrase === "") throw new UsageError("the passphrase for the CA's key is empty");
  return { certificate, key: pemOf(createPrivateKey(key), { cipher: "aes-256-cbc", passphrase }) };
}

function pemOf(key: KeyObject, lock: { readonly cipher?: string; readonly passphrase?: string } = {}): string {
  return key.export({ type: "pkcs8", format: "pem", ...lock }) as string;
}

async function write(
  { out, file, force }: CertValues,
  terminal: Terminal,
  defaultName: string,
  make: (issuing: typeof import("../../certificates/issue.ts")) => Promise<Issued>,
): Promise<number> {
  const base = path.join(out, file ?? defaultName);
  const [certificateFile, keyFile] = [`${base}.pem`, `${base}.key`];
  const existing = [certificateFile, keyFile].find((one) => existsSync(one));
  if (existing !== undefined && !force) {
    throw new UsageError(`${existing} is there already`, "take another --out or --file, or say --force");
  }
  const { certificate, key } = await make(await import("../../certificates/issue.ts"));
  try {
    mkdirSync(out, { recursive: true });
    // Not readable for others from the first moment on.
    writeFileSync(keyFile, key, { mode: 0o600, flag: force ? "w" : "wx" });
    writeFileSync(certificateFile, certificate);
  } catch (error) {
    throw new UsageError(`cannot write ${keyFile}: ${reasonOf(error)}`);
  }
  terminal.write(`${certificateFile}\n${keyFile}\n`);
  return ExitCode.SUCCESS;
}
