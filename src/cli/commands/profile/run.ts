import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../../errors.ts";
import { ExitCode } from "../../exit-code.ts";
import { profileFile, profileNames } from "../../profiles/folder.ts";
import { reasonOf } from "../../system-reason.ts";
import type { Terminal } from "../../terminal/terminal.ts";
import type { Typed } from "../../values.ts";
import { addProfile } from "./add.ts";
import type { ProfileValues } from "./definition.ts";
import { list, show } from "./show.ts";

/** Keeps options under a name, and tells of them. */
export async function run(values: ProfileValues, terminal: Terminal, typed: Typed): Promise<number> {
  const { action, name } = values;
  if (action === "list") {
    if (name !== undefined) throw new UsageError(`${name} was not expected here`, `mqtk profile show ${name}`);
    list(values, terminal);
    return ExitCode.SUCCESS;
  }
  if (name === undefined) throw new UsageError(`mqtk profile ${action} needs a name`, known(terminal));
  if (action === "show") show(name, values, terminal);
  else if (action === "remove") remove(name, terminal);
  else await addProfile(name, values, typed, terminal);
  return ExitCode.SUCCESS;
}

/** Also a profile that cannot be read. */
function remove(name: string, terminal: Terminal): void {
  const file = profileFile(name, terminal.environment);
  if (!existsSync(file)) throw new UsageError(`there is no profile ${name} (${file})`, known(terminal));
  try {
    rmSync(file);
  } catch (error) {
    throw new UsageError(`cannot remove ${file}: ${reasonOf(error)}`);
  }
  terminal.status(`mqtk: removed ${path.normalize(file)}`);
}

function known({ environment }: Terminal): string | undefined {
  const names = profileNames(environment);
  return names.length === 0 ? undefined : `there are: ${names.join(", ")}`;
}
