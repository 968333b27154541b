import type { ReceivedMessage } from "../../../client/index.ts";
import type { Terminal } from "../../terminal/terminal.ts";

/** Prints, once a second, how many messages came in it; for as long as the process lives. */
export function countingRate({ out }: Pick<Terminal, "out">): (message: ReceivedMessage) => void {
  let count = 0;
  setInterval(() => {
    out.text(`${count}\n`);
    count = 0;
  }, 1000).unref();
  return () => {
    count += 1;
  };
}
