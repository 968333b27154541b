import type { SrvRecord } from "node:dns";
import { UsageError } from "../errors.ts";
import { type Address, isEncrypted } from "./address.ts";
import { UnreachableError } from "./errors.ts";

/** The broker of a domain, as its SRV records name it (RFC 2782): the first by priority, the heaviest of these. */
export async function located(
  address: Address,
  resolve: (name: string) => Promise<readonly SrvRecord[]> = resolveSrv,
): Promise<Address> {
  const { scheme, host } = address;
  if (scheme !== "mqtt" && scheme !== "mqtts") throw new UsageError("--srv is for MQTT over TCP and TLS");
  const name = `${isEncrypted(scheme) ? "_secure-mqtt" : "_mqtt"}._tcp.${host}`;
  let records: readonly SrvRecord[];
  try {
    records = await resolve(name);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new UnreachableError("lookup", `cannot look up ${name}: ${reason}`, {
      hint: "does the domain have SRV records? without them, leave out --srv",
    });
  }
  const [first] = [...records].sort((one, other) => one.priority - other.priority || other.weight - one.weight);
  if (first === undefined) throw new UnreachableError("lookup", `${name} names no broker`);
  return { ...address, host: first.name, port: first.port };
}

/** node:dns costs a start what few need. */
async function resolveSrv(name: string): Promise<readonly SrvRecord[]> {
  return (await import("node:dns/promises")).resolveSrv(name);
}
