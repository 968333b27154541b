import { commands } from "./commands.ts";
import { main } from "./main.ts";

/** The program with all its commands: for the list of them, and for names that none of them has. */
export function start(): void {
  main(commands);
}
