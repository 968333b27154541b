// Writes what follows from the definitions: completions/ and the generated parts of README.md. `--check` writes nothing
// and fails, naming them, where files differ from what would be written.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { schemaText } from "../commands/bench/scenario-file/json-schema.ts";
import { completionFiles, type Shell } from "../commands/completion/definition.ts";
import { commands } from "../commands.ts";
import { completionScript } from "./completion-script.ts";
import { readmeParts, withParts } from "./readme.ts";

/** What makes each generated file, by its name. */
const makers = new Map<string, () => string>([
  ...Object.entries(completionFiles).map(
    ([shell, file]) => [path.join("completions", file), () => completionScript(shell as Shell, commands)] as const,
  ),
  [path.join("completions", "bench-scenario.schema.json"), schemaText],
  ["README.md", () => withParts(contentsOf("README.md") ?? "", readmeParts(commands))],
]);

function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 1;
}

const isCheck = process.argv.includes("--check");
for (const [file, make] of makers) {
  try {
    const text = make();
    if (contentsOf(file) === text) continue;
    if (isCheck) {
      fail(`${file} is stale: npm run generate writes it anew`);
      continue;
    }
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(`wrote ${file}`);
  } catch (error) {
    fail(`${file}: ${error instanceof Error ? error.message : error}`);
  }
}
