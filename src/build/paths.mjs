import { readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const root = path.resolve(fileURLToPath(import.meta.url), "../../..");

/** What the build reads from package.json.
 * @type {{ version: string, dependencies?: Record<string, string> }} */
export const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
