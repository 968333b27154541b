import { renameSync, writeFileSync } from "node:fs";
import { Broker, type BrokerOptions, defaultBrokerOptions, Users } from "../../../broker/index.ts";
import { isMqtkError, UsageError } from "../../../errors.ts";
import { type Address, formatAddress } from "../../../transport/index.ts";
import { ExitCode } from "../../exit-code.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { usersOptionsFrom } from "./access.ts";
import { BrokerLog } from "./broker-log.ts";
import type { BrokerValues } from "./definition.ts";
import { connectionsAllowed } from "./descriptor-limit.ts";
import { brokerOptionsFrom } from "./limits.ts";
import { isOpenToStrangers, type ReadyListener, readyListenersFrom, refuseStrangers } from "./listeners.ts";
import { runCommand } from "./run-command.ts";
import { statisticsLines } from "./statistics-lines.ts";
import { tlsServerOptionsFrom } from "./tls.ts";

/** Milliseconds that clients have to take their leave when the broker stops. */
const GRACE = 2000;
/** How often a development certificate is looked at, in milliseconds. */
const RENEWAL = 12 * 3600 * 1000;

/** Runs a broker until it is stopped, or until the command given with `--exec` has ended. */
export async function run(values: BrokerValues, terminal: Terminal): Promise<number> {
  const options = optionsFrom(values);
  if (values.printConfig) {
    const { printConfig } = await import("./print-config.ts");
    printConfig(values, options, process.argv.slice(2), terminal);
    return ExitCode.SUCCESS;
  }
  const users = new Users(usersOptionsFrom(values));
  const listeners = await readyListenersFrom(values, terminal);
  refuseStrangers(listeners, values);
  const log = terminal.isQuiet ? undefined : new BrokerLog(terminal.err);
  const broker = new Broker({ options, auth: users, ...(log && { events: log.events({ verbose: values.verbose }) }) });
  const tellFigures = (): void => {
    for (const line of statisticsLines(broker.statistics())) log?.line(line);
  };
  const interrupted = new Promise<NodeJS.Signals>((resolve) => terminal.onInterrupt(resolve));
  const addresses: Address[] = [];
  try {
    // Node.js would open its debugger to whoever may send us signals.
    if (process.platform !== "win32") process.on("SIGUSR1", tellFigures);
    for (const listener of listeners) {
      const address = await broker.listen(listener.at, listener.wish.limits);
      addresses.push(address);
      log?.line(`mqtk ${MQTK_VERSION} listens on ${formatAddress(address)}`);
      if (isOpenToStrangers(listener, values)) {
        terminal.warn(`whoever reaches ${formatAddress(address)} may connect, publish and subscribe`);
      }
    }
    const first = reachable(addresses[0] as Address);
    if (values.tlsDev) tellHowToTrust(addresses, log);
    keepFresh(values, listeners, users, broker, log, terminal);
    if (values.readyJson !== undefined) announce(values.readyJson, addresses, terminal);
    if (values.exec.length > 0) {
      return await runCommand(values.exec, { MQTK_URL: formatAddress(first) }, interrupted);
    }
    await interrupted;
    return ExitCode.SUCCESS;
  } finally {
    process.off("SIGUSR1", tellFigures);
    if (values.verbose) tellFigures();
    await broker.stop(GRACE);
    if (addresses.length > 0) log?.line("stopped");
  }
}

/** Everything that the broker allows; connections, at most as many as the system lets us have. */
function optionsFrom(values: BrokerValues): BrokerOptions {
  const options = { ...defaultBrokerOptions, ...brokerOptionsFrom(values) };
  return { ...options, maximumConnections: Math.min(options.maximumConnections, connectionsAllowed()) };
}

/** Reads certificates and passwords again, when asked to (SIGHUP); what cannot be read stays as it was. */
function keepFresh(
  values: BrokerValues,
  listeners: readonly ReadyListener[],
  users: Users,
  broker: Broker,
  log: BrokerLog | undefined,
  terminal: Terminal,
): void {
  const renew = async (what: string, work: () => void | Promise<void>): Promise<void> => {
    try {
      await work();
      log?.line(`${what} read again`);
    } catch (error) {
      const reason = isMqtkError(error) ? error.message : String(error);
      terminal.writeError(`mqtk: ${what} could not be read again, the old ones stay: ${reason}\n`);
    }
  };
  const renewCertificates = async (): Promise<void> => {
    for (const { tls, wish } of listeners) {
      if (tls === undefined) continue;
      await renew(`certificates of ${wish.scheme}://${wish.host}:${wish.port}`, async () => {
        tls.replace(await tlsServerOptionsFrom(wish.tls, values, terminal));
      });
    }
  };
  terminal.onReload(() => {
    if (values.passwordFile !== undefined) {
      renew("passwords", () => {
        users.replace(usersOptionsFrom(values));
        broker.rightsChanged();
      });
    }
    renewCertificates();
  });
  if (values.tlsDev) setInterval(renewCertificates, RENEWAL).unref();
}

/** The one line that a client on this machine needs. */
function tellHowToTrust(addresses: readonly Address[], log: BrokerLog | undefined): void {
  const secure = addresses.find(({ scheme }) => scheme === "mqtts" || scheme === "wss");
  if (secure === undefined) return;
  log?.line(`try: mqtk sub --tls-dev -L ${formatAddress({ ...secure, host: "localhost" })} -t '#' -v`);
}

function announce(file: string, addresses: readonly Address[], terminal: Terminal): void {
  const { scheme, host, port, path } = addresses[0] as Address;
  const place = scheme === "unix" ? { path } : { host, port };
  const [url, ...others] = addresses.map((address) => formatAddress(reachable(address)));
  const ready = { url, ...place, listeners: [url, ...others], pid: process.pid, version: MQTK_VERSION };
  const text = `${JSON.stringify(ready)}\n`;
  if (file === "-") {
    terminal.write(text);
    return;
  }
  try {
    // Written beside and renamed: who waits for the file never reads half of it.
    const unfinished = `${file}.${process.pid}.tmp`;
    writeFileSync(unfinished, text);
    renameSync(unfinished, file);
  } catch (error) {
    throw new UsageError(`--ready-json: cannot write ${file}: ${error instanceof Error ? error.message : error}`);
  }
}

/** The address that a program on this machine connects to: nobody can connect to 0.0.0.0 everywhere. */
function reachable(address: Address): Address {
  const loopback = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  return { ...address, host: loopback };
}
