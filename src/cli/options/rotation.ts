import { value } from "../option.ts";
import { duration, integer } from "../value-types.ts";
import { byteSize } from "./repetition.ts";

/** How a file that grows is put aside; its name gets the time at which it was begun. */
export const rotationOptions = () => ({
  rotateSize: value(byteSize, {
    flags: "--rotate-size <bytes>",
    summary: "put the file aside before it has more than this, such as 100M, and begin a new one",
  }),
  rotateEvery: value(duration(1), { flags: "--rotate-every <time>", summary: "put it aside in this time, such as 1h" }),
  keep: value(integer(0), {
    flags: "--keep <n>",
    summary: "keep so many files that were put aside, and remove older ones",
  }),
});
