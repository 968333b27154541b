import { shared } from "../shared.ts";

export function part(): string {
  return `part ${shared}`;
}
