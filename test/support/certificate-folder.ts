import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Issued } from "../../src/cli/certificates/issue.ts";

/** A folder of its own for the files of one test file. */
export interface CertificateFolder {
  readonly folder: string;
  file(name: string): string;
  /** Writes NAME.pem and NAME.key. */
  save(name: string, issued: Issued): void;
  /** The options with which mqtk shows this certificate. */
  shown(name: string): string[];
  remove(): void;
}

export function certificateFolder(issued: Readonly<Record<string, Issued>> = {}): CertificateFolder {
  const folder = mkdtempSync(path.join(tmpdir(), "mqtk-"));
  const file = (name: string): string => path.join(folder, name);
  const save = (name: string, { certificate, key }: Issued): void => {
    writeFileSync(file(`${name}.pem`), certificate);
    writeFileSync(file(`${name}.key`), key, { mode: 0o600 });
  };
  for (const [name, one] of Object.entries(issued)) save(name, one);
  return {
    folder,
    file,
    save,
    shown: (name) => ["--cert", file(`${name}.pem`), "--key", file(`${name}.key`)],
    remove: () => rmSync(folder, { recursive: true }),
  };
}
