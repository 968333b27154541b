import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** A test as its file names it. */
export interface Title {
  readonly file: string;
  /** The ids in front: `MQTT-3.1.0-2`, `3:MQTT-3.1.0-2`, `U5-001`, or words where no statement asks for it. */
  readonly ids: readonly string[];
  /** What follows them. */
  readonly text: string;
}

// Relative to the root of the repository, where npm and vitest run.
const folder = "test/conformance";

/** All titles of the suite, read from its files: a string that begins with an id in brackets is one. */
export function readTitles(): Title[] {
  const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
  return files.sort(byChapter).flatMap((file) => {
    const source = readFileSync(path.join(folder, file), "utf8");
    return [
      ...source.matchAll(/(?<quote>["`'])(?<ids>(?:\[[^\]"`\n]+\] )+)(?<text>[^\n]*?)\k<quote>(?=[,:\]]|$)/gm),
    ].map(({ groups }) => ({
      file,
      ids: [...(groups?.["ids"] ?? "").matchAll(/\[([^\]]+)\]/g)].map(([, id = ""]) => id),
      text: groups?.["text"] ?? "",
    }));
  });
}

/** 3.2 before 3.10. */
function byChapter(one: string, other: string): number {
  return one.localeCompare(other, "en", { numeric: true });
}
