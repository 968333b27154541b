import type { ReceivedMessage } from "../../../client/index.ts";
import { safeLine } from "../../terminal/safe-text.ts";
import type { Terminal } from "../../terminal/terminal.ts";

const ESCAPE = "\x1b";

/** Each topic gets a line of the screen, which its next message is written over. More topics than lines share the last one. */
export function watching(
  print: (message: ReceivedMessage) => void,
  { out }: Pick<Terminal, "out">,
  { host, rows }: { readonly host: string; readonly rows: number },
): (message: ReceivedMessage) => void {
  const lines = new Map<string, number>();
  out.text(`${ESCAPE}[2J${ESCAPE}[1;1HBroker: ${safeLine(host)}\n`);
  return (message) => {
    let line = lines.get(message.topic);
    if (line === undefined) {
      line = Math.min(lines.size + 2, rows - 1);
      lines.set(message.topic, line);
    }
    out.text(`${ESCAPE}[${line};1H${ESCAPE}[2K`);
    print(message);
    out.text(`${ESCAPE}[${Math.min(lines.size + 2, rows)};1H`);
  };
}
