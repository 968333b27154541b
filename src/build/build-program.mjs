import path from "node:path";
import { bundleProgram } from "./bundle.mjs";
import { root } from "./paths.mjs";
import { thirdPartyLicenses } from "./third-party-licenses.mjs";
import { writeFolder } from "./write-folder.mjs";

/**
 * Makes dist/: the start (`main.js`), one bundle per command (`commands/<name>.js`), other lazily imported parts, and the
 * licenses of the packages inside. As these are bundled, they are "devDependencies", and mqtk installs as one package.
 */
export async function buildProgram() {
  const { files, inputs } = await bundleProgram("src/cli/main.ts", { packages: "bundle" });
  files.set("third-party-licenses.txt", Buffer.from(thirdPartyLicenses([...inputs.values()].flat())));
  writeFolder(path.join(root, "dist"), files);
}
