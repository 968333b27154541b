import { resolveSrv } from "node:dns/promises";
import { UsageError } from "../errors.ts";
import { type Address, isEncrypted, UnreachableError } from "../transport/index.ts";

/** The broker of a domain, as its SRV records name it (RFC 2782): the first by priority, the heaviest of these. */
export async function located(address: Address, resolve: typeof resolveSrv = resolveSrv): Promise<Address> {
  const { scheme, host } = address;
  if (scheme !== "mqtt" && scheme !== "mqtts") throw new UsageError("--srv is for MQTT over TCP and TLS");
  const name = `${isEncrypted(scheme) ? "_secure-mqtt" : "_mqtt"}._tcp.${host}`;
  let records: Awaited<ReturnType<typeof resolveSrv>>;
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
