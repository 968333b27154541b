import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../../../src/build/paths.mjs";
import { completionFiles, type Shell } from "../../../../src/cli/commands/completion/definition.ts";
import { commands } from "../../../../src/cli/commands.ts";
import { completionScript } from "../../../../src/cli/generate/completion-script.ts";
import { namesOf } from "../../../../src/cli/option.ts";

describe.each(Object.entries(completionFiles) as [Shell, string][])("%s", (shell, file) => {
  const script = completionScript(shell, commands);

  test("the committed file is fresh (npm run generate)", () => {
    expect(readFileSync(path.join(root, "completions", file), "utf8")).toBe(script);
  });

  test("knows every option of every command", () => {
    for (const { definition } of commands) {
      for (const option of definition.groups.flatMap((group) => Object.values(group.options))) {
        for (const name of option.hidden ? [] : namesOf(option)) {
          const inFish = name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`;
          expect(script).toContain(shell === "fish" ? inFish : name);
        }
      }
    }
  });
});
