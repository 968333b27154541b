import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonBytes } from "../../../src/cli/json-bytes.ts";

test("a string is what JSON.stringify makes of the same text", () => {
  const json = new JsonBytes();
  const unit = fc.oneof(
    fc.constantFrom('"', "\\", "\n", "\0", "\x1f", "\x7f", "é", "𝄞"),
    fc.integer({ min: 0, max: 0xd7ff }).map((code) => String.fromCharCode(code)),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 30 }), (units) => {
      const text = units.join("");
      const bytes = Buffer.from(`<${text}>`);
      json.begin();
      json.string(bytes, 1, bytes.length - 1);
      expect(json.toString()).toBe(JSON.stringify(text));
    }),
  );
});

test("numbers", () => {
  const json = new JsonBytes();
  for (const value of [0, 9, 10, 99, 100, 999, 1000, 9999, 10_000, 65_535]) {
    json.begin();
    json.wholeNumber(value);
    expect(json.toString()).toBe(`${value}`);
  }
});

test("pieces stand behind each other, however long they are", () => {
  const json = new JsonBytes();
  for (const length of [0, 10, 50, 20_000, 3_000_000, 7]) {
    const bytes = Buffer.alloc(length, 'a"\n');
    json.begin();
    json.text("kept");
    json.raw(bytes);
    json.begin("kept".length);
    json.raw(bytes);
    json.text("é,");
    json.string(bytes, 0, length);
    json.base64(bytes);
    json.raw(bytes, length >> 1);
    const text = bytes.toString();
    expect(
      json.toString() === `kept${text}é,${JSON.stringify(text)}"${bytes.toString("base64")}"${text.slice(length >> 1)}`,
    ).toBe(true);
  }
});
