import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/**
 * The licenses of all packages whose code went into the bundles: they ask to be passed on with it.
 * @param {Iterable<string>} inputs  file names relative to the root
 * @returns {string}
 */
export function thirdPartyLicenses(inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const folder = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders].sort().map(licenseOf).join("\n");
}

/** @param {string} folder */
function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
  const file = readdirSync(path.join(root, folder)).find((name) => /^licen[cs]e/i.test(name));
  const text = file === undefined ? "" : `\n${readFileSync(path.join(root, folder, file), "utf8").trim()}\n`;
  return `${"=".repeat(80)}\n${name} ${version} (${license})\n${text}`;
}
