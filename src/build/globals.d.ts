// Put in place when a bundle is made (the first by vitest, too).

/** The version in package.json, so that no program reads the file at its start. */
declare const MQTK_VERSION: string;
