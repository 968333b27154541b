import { type Command, command } from "./command.ts";
import { compareDefinition } from "./commands/bench/compare/definition.ts";
import { benchDefinition } from "./commands/bench/definition.ts";
import { initDefinition } from "./commands/bench/init/definition.ts";
import { reportDefinition } from "./commands/bench/report/definition.ts";
import { brokerDefinition } from "./commands/broker/definition.ts";
import { certDefinition } from "./commands/cert/definition.ts";
import { completionDefinition } from "./commands/completion/definition.ts";
import { profileDefinition } from "./commands/profile/definition.ts";
import { pubDefinition } from "./commands/pub/definition.ts";
import { recordDefinition } from "./commands/record/definition.ts";
import { replayDefinition } from "./commands/replay/definition.ts";
import { replyDefinition } from "./commands/reply/definition.ts";
import { retainedDefinition } from "./commands/retained/definition.ts";
import { rrDefinition } from "./commands/rr/definition.ts";
import { simulateDefinition } from "./commands/simulate/definition.ts";
import { subDefinition } from "./commands/sub/definition.ts";
import { topDefinition } from "./commands/top/definition.ts";

/** All commands, in the order of help, README and completions. */
export const commands: readonly Command[] = [
  command(pubDefinition, () => import("./commands/pub/run.ts")),
  command(subDefinition, () => import("./commands/sub/run.ts")),
  command(topDefinition, () => import("./commands/top/run.ts")),
  command(rrDefinition, () => import("./commands/rr/run.ts")),
  command(replyDefinition, () => import("./commands/reply/run.ts")),
  command(recordDefinition, () => import("./commands/record/run.ts")),
  command(replayDefinition, () => import("./commands/replay/run.ts")),
  command(retainedDefinition, () => import("./commands/retained/run.ts")),
  command(simulateDefinition, () => import("./commands/simulate/run.ts")),
  command(brokerDefinition, () => import("./commands/broker/run.ts")),
  command(benchDefinition, () => import("./commands/bench/run.ts")),
  command(compareDefinition, () => import("./commands/bench/compare/run.ts")),
  command(reportDefinition, () => import("./commands/bench/report/run.ts")),
  command(initDefinition, () => import("./commands/bench/init/run.ts")),
  command(certDefinition, () => import("./commands/cert/run.ts")),
  command(profileDefinition, () => import("./commands/profile/run.ts")),
  command(completionDefinition, () => import("./commands/completion/run.ts")),
];
