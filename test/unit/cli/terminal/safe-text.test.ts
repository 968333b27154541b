import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeJson, safeLine, safePayload, safeText } from "../../../../src/cli/terminal/safe-text.ts";

/** The rule once more, as plainly as possible: may a terminal get this character? */
function isHarmless(character: string): boolean {
  const code = character.codePointAt(0) as number;
  const isControl = code < 0x20 || (code >= 0x7f && code < 0xa0);
  const isInvisible = /[\p{Bidi_Control}\u00ad\u180e\u200b\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffb]/u.test(
    character,
  );
  const isTag = code >= 0xe0000 && code < 0xe0080;
  const isSurrogate = code >= 0xd800 && code < 0xe000;
  return !isControl && !isInvisible && !isTag && !isSurrogate;
}

const hostile = fc.oneof(
  fc.integer({ min: 0, max: 0x20ff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0xd800, max: 0xffff }).map((code) => String.fromCharCode(code)),
  fc.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(
    "\u001b]0;pwn\u0007",
    "\u001b[2J",
    "\u001b]52;c;cHdu\u0007",
    "\u001bPq\u001b\\",
    "\u009b31m",
    "\r\n",
    "\u202e",
    "\t",
  ),
);
const hostileText = fc.array(hostile, { maxLength: 40 }).map((parts) => parts.join(""));

test("no line holds anything that acts on a terminal", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect([...safeLine(text)].every(isHarmless)).toBe(true);
    }),
  );
});

test("text of several lines holds nothing more than line feeds and tabs", () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      expect([...safeText(text).replaceAll(/[\n\t]/g, "")].every(isHarmless)).toBe(true);
    }),
  );
});

test("no payload holds more, whatever its bytes are", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        hostileText.map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        expect([...safePayload(bytes).replaceAll(/[\n\t]/g, "")].every(isHarmless)).toBe(true);
      },
    ),
  );
});

test("harmless text stays as it is", () => {
  const harmless = hostileText.map((text) =>
    [...text].filter((character) => isHarmless(character) && !/\p{M}/u.test(character)).join(""),
  );
  fc.assert(
    fc.property(harmless, (text) => {
      expect(safeLine(text)).toBe(text);
      expect(safePayload(Buffer.from(text))).toBe(text);
    }),
  );
});

describe("lines", () => {
  test.each([
    ["plant/1", "plant/1"],
    ["grün 温度 👩‍🔬", "grün 温度 👩‍🔬"],
    ["a\u001b]0;pwn\u0007b", "a\\x1b]0;pwn\\x07b"],
    ["a\nb\tc\rd", "a\\x0ab\\x09c\\x0dd"],
    ["a\u009b31mb", "a\\x9b31mb"],
    ["a\u007fb", "a\\x7fb"],
    ["a\u202eb\u2066c", "a\\u202eb\\u2066c"],
    ["a\u2028b", "a\\u2028b"],
    ["a\u200bb", "a\\u200bb"],
    ["a\ud800b", "a\\ud800b"],
    ["a\u{e0041}b", "a\\u{e0041}b"],
  ])("%j", (text, shown) => expect(safeLine(text)).toBe(shown));
});

describe("payloads", () => {
  test.each([
    ["line feeds and tabs stay", "61 0a 09 62", "a\n\tb"],
    ["a carriage return does not", "61 0d 62", "a\\x0db"],
    ["bytes that are no UTF-8 are shown one by one", "61 ff fe 62", "a\\xff\\xfeb"],
    ["a cut character", "61 e2 82", "a\\xe2\\x82"],
    ["an overlong slash", "c0 af", "\\xc0\\xaf"],
    ["an encoded surrogate", "ed a0 80", "\\xed\\xa0\\x80"],
    ["beyond Unicode", "f4 90 80 80", "\\xf4\\x90\\x80\\x80"],
    ["a replacement character that was really sent", "ef bf bd ff", "\ufffd\\xff"],
    ["a C1 character as UTF-8", "c2 9b", "\\x9b"],
    ["a C1 character as a byte", "9b 32 4a", "\\x9b2J"],
    ["characters of every length beside a bad byte", "24 c2 a2 e2 82 ac f0 9f 92 a9 80", "$¢€💩\\x80"],
  ])("%s", (_name, hex, shown) => expect(safePayload(Buffer.from(hex.replaceAll(" ", ""), "hex"))).toBe(shown));

  test("a huge one is cut, with its size", () => {
    const shown = safePayload(Buffer.alloc(10_485_760, "a"));
    expect(shown.length).toBeLessThan(100_000);
    expect(shown).toMatch(/^a+… \(10485760 B\)$/);
  });

  test("the cut does not split a character", () => {
    for (let shift = 0; shift < 4; shift++) {
      const shown = safePayload(Buffer.from(`${"x".repeat(shift)}${"💩".repeat(20_000)}`));
      expect(shown).toMatch(/^x*(💩)+… \(\d+ B\)$/u);
    }
  });

  test("marks do not pile up over the screen", () => {
    const shown = safePayload(Buffer.from(`a${"\u0301".repeat(100)}b`));
    expect(shown).toBe(`a${"\\u0301".repeat(100)}b`);
    expect(safeLine("é ệ ไม่")).toBe("é ệ ไม่");
  });
});

test("JSON for a terminal is the same JSON, without anything that acts on it", () => {
  const value = { a: `\u009b31m\u007f\u202e\u200b\u2028\u{e0041}${"\u0301".repeat(20)}`, b: "é \u{1f321}", c: ["\n"] };
  for (const json of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
    const shown = safeJson(json);
    expect(JSON.parse(shown)).toEqual(value);
    expect(shown).not.toMatch(/[\u007f-\u009f\u200b\u2028\u202e\u{e0041}]|\p{M}{9}/u);
    expect(shown).toContain("é \u{1f321}");
  }
});
