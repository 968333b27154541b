import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LineCutter } from "../../../../../src/cli/commands/pub/line-cutter.ts";

/** The rule once more: lines end at LF; what stands behind the last one is a line if it is not empty. */
function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

test("any bytes in any chunks, with a taker that is often full: every line once, in order, unchanged", () => {
  const chunk = fc
    .array(fc.constantFrom("\n", "\r", "a", "bc", "\0", "ü".repeat(5)), { maxLength: 20 })
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(fc.array(chunk, { maxLength: 12 }), fc.infiniteStream(fc.boolean()), (chunks, isFree) => {
      const lines: string[] = [];
      const take = (bytes: Buffer, from: number, to: number): boolean => {
        if (isFree.next().value === false) return false;
        lines.push(bytes.toString("utf8", from, to));
        return true;
      };
      const cutter = new LineCutter(take, 1_000_000);
      for (const next of chunks) {
        let isUsedUp = cutter.push(Buffer.from(next));
        while (!isUsedUp) isUsedUp = cutter.resume();
      }
      let isTaken = cutter.end();
      while (!isTaken) isTaken = cutter.end();
      expect(lines).toEqual(linesOf(chunks.join("")));
    }),
  );
});

describe("lines", () => {
  const cut = (...chunks: string[]): string[] => {
    const lines: string[] = [];
    const cutter = new LineCutter((bytes, from, to) => lines.push(bytes.toString("utf8", from, to)) > 0, 10);
    for (const chunk of chunks) cutter.push(Buffer.from(chunk));
    cutter.end();
    return lines;
  };
  test("an empty line is a line", () => expect(cut("a\n\nb\n")).toEqual(["a", "", "b"]));
  test("the last one needs no line feed", () => expect(cut("a\nb")).toEqual(["a", "b"]));
  test("a line of many chunks", () => expect(cut("a", "b", "", "c\nd")).toEqual(["abc", "d"]));
  test("a carriage return belongs to the line", () => expect(cut("a\r\n")).toEqual(["a\r"]));
  test("nothing is no line", () => expect(cut("")).toEqual([]));
  test("the longest", () => expect(cut("12345", "67890\n")).toEqual(["1234567890"]));
  test("too long, in one chunk", () => expect(() => cut("12345678901\n")).toThrow(RangeError));
  test("too long, before its end has come", () => expect(() => cut("123456", "78901")).toThrow(RangeError));
});

test("a line that lies whole in a chunk is not copied", () => {
  const chunk = Buffer.from("abc\n");
  const cutter = new LineCutter((line) => line.buffer === chunk.buffer, 10);
  expect(cutter.push(chunk)).toBe(true);
});
