// Put in place when a bundle is made (the first by vitest, too).

/** The version in package.json, so that no program reads the file at its start. */
declare const MQTK_VERSION: string;

/** Tells builds apart: known to `src/cli/start.ts` alone. */
declare const MQTK_BUILD: string;

/** The names of the commands, each of which has a bundle to start: known to `src/cli/start.ts` alone. */
declare const MQTK_COMMANDS: readonly string[];
