import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Where a browser is: what a variable of the environment names, or the first on the PATH.
 *
 * @param {string} browser
 * @param {string} variable
 * @param {readonly string[]} names of its executable
 * @param {string} debian Debian's package of it
 * @returns {string} the path of its executable
 * @throws {Error} where there is none, saying how to install it
 */
export function executable(browser, variable, names, debian) {
  const named = process.env[variable];
  if (named) {
    if (isExecutable(named)) return named;
    throw new Error(`${variable} names \`${named}\`, which is not an executable file`);
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const found = names.map((name) => join(folder, name)).find(isExecutable);
    if (found) return found;
  }
  throw new Error(
    `no ${browser} on the PATH (looked for ${names.join(", ")}); install it, on Debian by ` +
      `\`sudo apt-get install --yes --no-install-recommends ${debian}\`, or name one: ${variable}=/path/to/it`,
  );
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
