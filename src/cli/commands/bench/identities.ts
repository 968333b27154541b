import type { groupClients, RunningTarget } from "../../../bench/index.ts";
import type { ClientOptions } from "../../../client/index.ts";
import { UsageError } from "../../../errors.ts";
import { compileTemplate } from "../../../payload/index.ts";
import type { TlsValues } from "../../options/tls.ts";
import { readTextFile } from "../../read-file.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { readCertificate } from "../../tls-files.ts";
import type { BenchValues } from "./definition.ts";

export interface Credentials {
  readonly userName: string;
  readonly password: string | undefined;
}

type IdentityOf = NonNullable<RunningTarget["identityOf"]>;

/** Groups of a scenario file that have credentials of their own. */
export interface GroupCredentials {
  /** By the names of the groups. */
  readonly files: ReadonlyMap<string, string>;
  readonly clientOf: ReturnType<typeof groupClients>;
}

/** What differs from client to client: ids, credentials, certificates. Undefined: nothing does. */
export function identitiesFrom(
  values: Pick<BenchValues, "id" | "credentials" | "clientCert" | "clientKey"> & Partial<TlsValues>,
  terminal: Terminal,
  groups?: GroupCredentials,
): ((transport: ClientOptions["transport"]) => Promise<IdentityOf | undefined>) | undefined {
  const { id, credentials: file, clientCert, clientKey } = values;
  if ((clientCert === undefined) !== (clientKey === undefined)) {
    throw new UsageError("--client-cert and --client-key belong together", "give both of them");
  }
  const hasOwn = groups !== undefined && groups.files.size > 0;
  if (!hasOwn && [id, file, clientCert].every((part) => part === undefined)) return undefined;
  const idOf = id === undefined ? undefined : textOf("--id", id);
  if (idOf && idOf(0) === idOf(1)) {
    throw new UsageError(
      "--id gives several clients the same client id",
      "write {{i}} where its number is to stand; the id of a profile counts, too",
    );
  }
  const credentialsOf = credentialsBy(file, groups);
  const certOf = clientCert === undefined ? undefined : textOf("--client-cert", clientCert);
  const keyOf = clientKey === undefined ? undefined : textOf("--client-key", clientKey);
  return async (transport) => {
    const tls = new Map<string, ClientOptions["transport"]>();
    if (certOf && keyOf && transport?.tls === undefined) {
      throw new UsageError("--client-cert has no meaning without TLS", "write mqtts:// or wss://");
    }
    return async (number) => {
      const own = credentialsOf(number);
      let certified: ClientOptions["transport"];
      if (certOf && keyOf) {
        const [cert, key] = [certOf(number), keyOf(number)];
        certified = tls.get(cert);
        if (certified === undefined) {
          const pair = await readCertificate({ ...(values as TlsValues), cert, key }, terminal);
          certified = { ...transport, tls: { ...transport?.tls, ...pair } };
          tls.set(cert, certified);
        }
      }
      return {
        ...(idOf && { clientId: idOf(number) }),
        ...(own && { userName: own.userName }),
        ...(own?.password !== undefined && { password: Buffer.from(own.password) }),
        ...(certified && { transport: certified }),
      };
    };
  };
}

/** Of the client of that number: those of its group, or of all clients. */
function credentialsBy(
  file: string | undefined,
  groups: GroupCredentials | undefined,
): (number: number) => Credentials | undefined {
  const shared = file === undefined ? undefined : parseCredentials(readTextFile("--credentials", file), file);
  const byGroup = new Map(
    [...(groups?.files ?? [])].map(([name, own]) => {
      return [name, parseCredentials(readTextFile(`credentials of group ${name}`, own), own)];
    }),
  );
  return (number) => {
    const place = groups?.clientOf(number);
    const own = place && byGroup.get(place.group);
    return own ? own[place.client % own.length] : shared?.[number % shared.length];
  };
}

function textOf(option: string, source: string): (i: number) => string {
  const template = compileTemplate(source, { name: option });
  return (i) => template.text({ now: Date.now(), seq: i + 1, i });
}

/** `user,password` a line, as spreadsheets write it: "…" around what holds a comma. A first line `username,password` is a heading. */
export function parseCredentials(text: string, file: string): readonly Credentials[] {
  const rows = text
    .replace(/^\ufeff/, "")
    .split(/\r?\n/)
    .flatMap((line, index) => {
      if (line.trim() === "" || line.startsWith("#")) return [];
      const fields = fieldsOf(line);
      if (fields === undefined || fields.length > 2 || fields[0] === "") {
        throw new UsageError(`${file}, line ${index + 1}: expected a user name, a comma and a password`);
      }
      return [fields];
    });
  if (/^user_?name$/i.test(rows[0]?.[0] ?? "") && /^password$/i.test(rows[0]?.[1] ?? "")) rows.shift();
  if (rows.length === 0)
    throw new UsageError(`${file} has no credentials`, "a user name, a comma and a password a line");
  return rows.map(([userName = "", password]) => ({ userName, password }));
}

/** Undefined: a quote is not closed. */
function fieldsOf(line: string): string[] | undefined {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const [whole, quoted, plain = "", separator] = field.exec(line) ?? [];
    if (whole === undefined) return undefined;
    fields.push(quoted?.replaceAll('""', '"') ?? plain);
    if (separator === "") return fields;
  }
}
