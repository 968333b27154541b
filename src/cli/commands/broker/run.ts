import { renameSync, writeFileSync } from "node:fs";
import { Broker } from "../../../broker/index.ts";
import { UsageError } from "../../../errors.ts";
import { type Address, formatAddress } from "../../../transport/index.ts";
import { ExitCode } from "../../exit-code.ts";
import { reasonOf } from "../../system-reason.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import { BrokerLog } from "./broker-log.ts";
import type { BrokerValues } from "./definition.ts";
import { runCommand } from "./run-command.ts";

/** Milliseconds that clients have to take their leave when the broker stops. */
const GRACE = 2000;

/** Runs a broker until it is stopped, or until the command given with `--exec` has ended. */
export async function run(values: BrokerValues, terminal: Terminal): Promise<number> {
  const log = terminal.isQuiet ? undefined : new BrokerLog(terminal.err);
  const broker = new Broker(log ? { events: log.events({ verbose: values.verbose }) } : {});
  const address = await broker.listen(
    values.unix === undefined ? { host: values.bind, port: values.port } : { path: values.unix },
  );
  const interrupted = new Promise<NodeJS.Signals>((resolve) => terminal.onInterrupt(resolve));
  try {
    log?.line(`mqtk ${MQTK_VERSION} listens on ${formatAddress(address)}`);
    if (isOpenToOthers(address)) {
      terminal.warn(`whoever reaches ${formatAddress(address)} may connect, publish and subscribe`);
    }
    if (values.readyJson !== undefined) announce(values.readyJson, address, terminal);
    if (values.exec.length > 0) {
      return await runCommand(values.exec, { MQTK_URL: formatAddress(reachable(address)) }, interrupted);
    }
    await interrupted;
    return ExitCode.SUCCESS;
  } finally {
    await broker.stop(GRACE);
    log?.line("stopped");
  }
}

function announce(file: string, address: Address, terminal: Terminal): void {
  const { scheme, host, port, path } = address;
  const place = scheme === "unix" ? { path } : { host, port };
  const text = `${JSON.stringify({ url: formatAddress(reachable(address)), ...place, pid: process.pid, version: MQTK_VERSION })}\n`;
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
    throw new UsageError(`--ready-json: cannot write ${file}: ${reasonOf(error)}`);
  }
}

/** The address that a program on this machine connects to: nobody can connect to 0.0.0.0 everywhere. */
function reachable(address: Address): Address {
  const loopback = address.host === "0.0.0.0" ? "127.0.0.1" : address.host === "::" ? "::1" : address.host;
  return { ...address, host: loopback };
}

function isOpenToOthers({ scheme, host }: Address): boolean {
  return scheme !== "unix" && !/^(127\.|::1$|::ffff:127\.)/.test(host);
}
