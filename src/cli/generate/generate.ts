// Writes what follows from the definitions: completions/ and the generated parts of README.md. `--check` writes nothing
// and fails, naming them, where files differ from what would be written.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { completionFiles, type Shell } from "../commands/completion/definition.ts";
import { commands } from "../commands.ts";
import { completionScript } from "./completion-script.ts";
import { readmeParts, withParts } from "./readme.ts";

/** Generated files by their names. */
function generatedFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const [shell, file] of Object.entries(completionFiles)) {
    files.set(path.join("completions", file), completionScript(shell as Shell, commands));
  }
  files.set("README.md", withParts(contentsOf("README.md") ?? "", readmeParts(commands)));
  return files;
}

function contentsOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

try {
  const stale = [...generatedFiles()].filter(([file, text]) => contentsOf(file) !== text);
  if (process.argv.includes("--check")) {
    for (const [file] of stale) console.error(`${file} is stale: npm run generate writes it anew`);
    if (stale.length > 0) process.exitCode = 1;
  } else {
    for (const [file, text] of stale) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
      console.log(`wrote ${file}`);
    }
  }
} catch (error) {
  console.error(`README.md: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
