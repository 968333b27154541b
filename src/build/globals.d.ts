/** The version in package.json, put in place when a bundle is made (and by vitest), so that no program reads the file at its start. */
declare const MQTK_VERSION: string;
