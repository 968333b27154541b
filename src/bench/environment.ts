import { availableParallelism, cpus, release, totalmem } from "node:os";

/** Where a result comes from: numbers of different machines are not compared. */
export interface Environment {
  readonly mqtk: string;
  readonly node: string;
  readonly os: string;
  readonly architecture: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly ci: boolean;
  /** The cores that the load and the brokers that were started had to keep to; null: none. Absent: nobody asked. */
  readonly pinning?: { readonly generator: string | null; readonly targets: string | null };
}

export function readEnvironment(): Environment {
  return {
    mqtk: MQTK_VERSION,
    node: process.versions.node,
    os: `${process.platform} ${release()}`,
    architecture: process.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    ci: Boolean(process.env["CI"]),
  };
}
