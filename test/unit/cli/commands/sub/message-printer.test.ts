import { expect, test } from "vitest";
import { plainPrinter } from "../../../../../src/cli/commands/sub/message-printer.ts";
import { memoryTerminal } from "../../../../support/memory-terminal.ts";

/** As it arrives: behind other bytes. */
const message = (topic: string, payload: Buffer) => {
  const bytes = Buffer.concat([Buffer.from("before"), payload]);
  return { topic, payload, bytes, payloadStart: 6, payloadEnd: bytes.length };
};
const hostile = Buffer.from("a\u001b[2J\nb\u00ff", "latin1");

test.each([
  ["the payload and a line feed", {}, "t", "21.5", "21.5\n"],
  ["-v: the topic before it", { verbose: true }, "t/1", "21.5", "t/1 21.5\n"],
  ["-N: no line feed", { noNewline: true }, "t", "21.5", "21.5"],
  ["an empty payload prints nothing", {}, "t", "", ""],
  ["-v -N: an empty payload prints nothing, as with mosquitto_sub", { verbose: true, noNewline: true }, "t", "", ""],
  ["-v: an empty payload", { verbose: true }, "t", "", "t (null)\n"],
])("%s", async (_name, { verbose = false, noNewline = false }: Record<string, boolean>, topic, payload, shown) => {
  const { terminal, stdout } = memoryTerminal();
  plainPrinter({ verbose, noNewline }, terminal)(message(topic, Buffer.from(payload)));
  expect(await stdout()).toBe(shown);
});

test("a pipe gets exact bytes", async () => {
  const { terminal } = memoryTerminal();
  const written: Buffer[] = [];
  terminal.out.bytes = (bytes, from, to) => written.push(Buffer.from(bytes.subarray(from, to)));
  plainPrinter({ verbose: false, noNewline: true }, terminal)(message("t", hostile));
  expect(Buffer.concat(written).equals(hostile)).toBe(true);
});
