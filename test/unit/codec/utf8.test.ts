import { describe, expect, test } from "vitest";
import { isWellFormedUtf8 } from "../../../src/codec/index.ts";
import { decodeUtf8, illFormedPart } from "../../../src/codec/utf8.ts";
import { bytes } from "../../support/wire-cases/notation.ts";

const wellFormed = [
  ["nothing", ""],
  ["ASCII", '"topic"'],
  ["the first of two bytes", "c2 80"],
  ["the last before the surrogates", "ed 9f bf"],
  ["the first behind the surrogates", "ee 80 80"],
  ["a non-character", "ef bf bf"],
  ["a BOM", "ef bb bf"],
  ["the replacement character itself", "ef bf bd"],
  ["the last code point", "f4 8f bf bf"],
  ["control characters", "01 1f 7f"],
] as const;

const illFormed = [
  ["U+0000", "00"],
  ["a continuation without a beginning", "80"],
  ["a beginning without a continuation", "c3 28"],
  ["a high surrogate", "ed a0 80"],
  ["a low surrogate", "ed bf bf"],
  ["a pair of surrogates (CESU-8)", "ed a0 bd ed b8 80"],
  ["an overlong null", "c0 80"],
  ["an overlong slash", "e0 80 af"],
  ["beyond U+10FFFF", "f4 90 80 80"],
  ["five bytes", "f8 88 80 80 80"],
  ["cut off", "f0 9f 98"],
] as const;

/** Both sides of the length from which on native code looks at the bytes, with the part in question at the start and at the end. */
const around = ["", "61*124", "61*128", "61*200"];

describe("the rule of section 1.5.4", () => {
  test.each(wellFormed)("%s is well-formed", (_, part) => {
    for (const padding of around) {
      for (const notation of [`${padding} ${part}`, `${part} ${padding}`]) {
        const text = bytes(notation);
        const within = Buffer.concat([Buffer.from([0xff]), text, Buffer.from([0x00])]);
        expect(isWellFormedUtf8(within, 1, 1 + text.length)).toBe(true);
        expect(Buffer.from(decodeUtf8(within, 1, 1 + text.length) ?? "?")).toEqual(text);
      }
    }
  });

  test.each(illFormed)("%s is not", (_, part) => {
    for (const padding of around) {
      for (const notation of [`${padding} ${part}`, `${part} ${padding}`]) {
        const text = bytes(notation);
        expect(isWellFormedUtf8(text, 0, text.length)).toBe(false);
        expect(decodeUtf8(text, 0, text.length)).toBe(undefined);
      }
    }
  });

  test("strings are judged like bytes", () => {
    expect(illFormedPart("größe \u{1f600} \uffff")).toBe(undefined);
    expect(illFormedPart("a\u0000")).toBe("the null character");
    expect(illFormedPart("\ud83d")).toBe("a lone surrogate");
    expect(illFormedPart("\ude00\ud83d")).toBe("a lone surrogate");
  });
});
