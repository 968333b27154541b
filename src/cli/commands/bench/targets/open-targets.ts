import { existsSync } from "node:fs";
import type { BenchPlan, RunningTarget, TargetPlan } from "../../../../bench/index.ts";
import type { ClientOptions } from "../../../../client/index.ts";
import { UsageError } from "../../../../errors.ts";
import type { Address } from "../../../../transport/index.ts";
import { type EmbeddedBroker, startEmbeddedBroker } from "../embedded-broker.ts";
import { type CommandBroker, startCommandBroker } from "./command-broker.ts";
import { readProcess } from "./process-reading.ts";
import { watchSysTopics } from "./sys-topics.ts";

/** What it takes to connect to a target and must not stand in the plan. */
export type TargetSecrets = Pick<RunningTarget, "userName" | "password" | "transport" | "identityOf">;

export interface TargetMeans {
  readonly secretsOf: (target: TargetPlan) => Promise<TargetSecrets>;
  /** Of URL targets: whose CPU and memory to account, by name. */
  readonly pids: ReadonlyMap<string, number>;
  readonly signal: AbortSignal;
  /** Cores for what is started; null: any. */
  readonly cpus: string | null;
  /** Where to start commands, by the names of their targets; the others here. */
  readonly folders?: ReadonlyMap<string, string> | undefined;
}

/** Targets that are ready, and how to be done with them. */
export interface OpenTargets {
  readonly targets: readonly RunningTarget[];
  close(): Promise<void>;
}

/** Starts what is to be started, one after the other. Throws where a broker does not get ready; then none is left. */
export async function openTargets(plan: BenchPlan, means: TargetMeans): Promise<OpenTargets> {
  const closing: (() => Promise<void>)[] = [];
  const targets: RunningTarget[] = [];
  const close = async () => {
    await Promise.allSettled(closing.map((stop) => stop()));
  };
  try {
    for (const target of plan.targets) {
      const secrets = await means.secretsOf(target);
      const protocolVersion = plan.cells[0]?.protocolVersion ?? 5;
      const { identityOf: _, ...shared } = secrets;
      const connection = { ...plan.connection, protocolVersion, ...shared };
      const { broker, pid, address } = await start(target, connection, means);
      if (broker) closing.push(() => broker.stop());
      const sys = await watchSysTopics({ ...connection, address });
      closing.unshift(() => sys.stop());
      const software = target.kind === "builtin" ? `mqtk ${MQTK_VERSION}` : sys.software;
      targets.push({
        ...{ name: target.name, address, ...secrets, software, readSys: () => sys.read() },
        ...(pid === undefined ? {} : { readProcess: () => readProcess(pid) }),
      });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { targets, close };
}

interface Started {
  readonly broker?: EmbeddedBroker | CommandBroker;
  readonly pid: number | undefined;
  readonly address: Address;
}

async function start(
  target: TargetPlan,
  connection: Omit<ClientOptions, "address" | "clientId">,
  { pids, signal, cpus, folders }: TargetMeans,
): Promise<Started> {
  if (target.kind === "url") return { pid: processOf(target, pids), address: target.address };
  const broker =
    target.kind === "builtin"
      ? await startEmbeddedBroker(process.argv[1] as string, cpus)
      : await startCommandBroker(target, connection, { signal, cpus, folder: folders?.get(target.name) });
  return { broker, pid: broker.pid, address: broker.address };
}

/** Throws UsageError where it cannot be looked at: without its figures the run would not be what was asked for. */
function processOf({ name }: TargetPlan, pids: TargetMeans["pids"]): number | undefined {
  const pid = pids.get(name);
  if (pid === undefined || readProcess(pid) !== undefined) return pid;
  throw new UsageError(
    `--sample-pid ${pid}: there is no such process here`,
    existsSync("/proc/self") ? undefined : "processes are looked at in /proc, which this system does not have",
  );
}
