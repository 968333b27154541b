/** The same again: `MQTK_SEED=…` with the number that a failure names. Otherwise something else in every run. */
export const firstSeed = Number(process.env["MQTK_SEED"] ?? Math.floor(Math.random() * 2 ** 30));

/** How long each of the long runs is, in milliseconds. */
export const longRun = Number(process.env["MQTK_LONG_MINUTES"] ?? 15) * 60_000;
