import { createHash } from "node:crypto";
import path from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { root } from "./paths.mjs";
import { thirdPartyLicenses } from "./third-party-licenses.mjs";
import { writeFolder } from "./write-folder.mjs";

/**
 * Makes dist/: one program per command (`commands/<name>.js`), the one that knows them all (`mqtk.js`), lazily imported
 * parts, and the licenses of the packages inside. As these are bundled, they are "devDependencies", and mqtk installs as
 * one package.
 */
export async function buildProgram() {
  const { files, inputs, scripts } = await bundleProgram("src/cli/mqtk.ts", { packages: "bundle" });
  for (const [name, contents] of files) if (!scripts.has(name)) files.set(name, asFunction(contents));
  files.set("third-party-licenses.txt", Buffer.from(thirdPartyLicenses([...inputs.values()].flat())));
  writeFolder(path.join(root, "dist"), files);
}

/**
 * A bundle as the function that `bin/mqtk.js` makes of it, behind a hash of its text. Wrapping it at run time would copy
 * its text at each start.
 * @param {Uint8Array} contents
 */
function asFunction(contents) {
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 12);
  const head = `/*${hash}*/(function(exports,require,module,__filename,__dirname){`;
  return Buffer.concat([Buffer.from(head), contents, Buffer.from("\n})\n")]);
}
