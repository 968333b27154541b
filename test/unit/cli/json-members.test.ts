import fc from "fast-check";
import { expect, test } from "vitest";
import { JsonMembers } from "../../../src/cli/json-members.ts";

const members = new JsonMembers();

/** All members; undefined where there is no object. */
function read(line: Buffer): [string, unknown][] | undefined {
  const bytes = Buffer.concat([Buffer.from('{"'), line, Buffer.from('"}')]);
  const found: [string, unknown][] = [];
  try {
    members.open(bytes, 2, bytes.length - 2);
    while (members.next()) {
      const { isPlainText, textStart, textEnd, name, value } = members;
      if (isPlainText) expect(bytes.toString("utf8", textStart, textEnd)).toBe(value);
      found.push([name, value]);
    }
    return found;
  } catch (error) {
    expect(error).toBeInstanceOf(SyntaxError);
    return undefined;
  }
}

/** The same by JSON.parse: of members with the same name the last one counts. */
function expected(line: Buffer): unknown {
  try {
    const value = JSON.parse(line.toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function check(line: string | Buffer): void {
  const bytes = Buffer.from(line);
  const found = read(bytes);
  expect(found && Object.fromEntries(found), String(line)).toEqual(expected(bytes));
}

const object = fc
  .record({ a: fc.jsonValue(), "": fc.string({ unit: "binary" }), é: fc.jsonValue() }, { requiredKeys: [] })
  .chain((value) => fc.constantFrom(JSON.stringify(value), JSON.stringify(value, undefined, " \t")));

test("finds what JSON.parse finds", () => {
  fc.assert(
    fc.property(object, (line) => check(line)),
    { numRuns: 200 },
  );
});

test("refuses what JSON.parse refuses: bytes taken out, put in, changed", () => {
  const byte = fc.constantFrom(...Buffer.from('{}[]",:\\u0019-+.eE tfn\n\x1f\x00é'));
  const change = fc.tuple(fc.nat(), fc.nat({ max: 2 }), fc.array(byte, { maxLength: 2 }));
  fc.assert(
    fc.property(object, fc.array(change, { minLength: 1, maxLength: 3 }), (line, changes) => {
      let bytes = Buffer.from(line);
      for (const [where, removed, added] of changes) {
        const at = where % (bytes.length + 1);
        bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(added), bytes.subarray(at + removed)]);
      }
      check(bytes);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  "",
  "{",
  "{}",
  " { } ",
  "{,}",
  '{"a":1,}',
  '{"a":1 "b":2}',
  '{"a"}',
  '{"a":}',
  '{"a":01}',
  '{"a":-}',
  '{"a":-0}',
  '{"a":1e2}',
  '{"a":tru}',
  '{"a":true}',
  '{"a":"\\u0041\\""}',
  '{"a":"\\x"}',
  '{"\\u0061":1}',
  '{"a":"',
  '{"a":"\\',
  '{"a":"\t"}',
  '{"a":[1,{"b":"]}"}],"c":{}}',
  '{"a":[}}',
  '{"a":[1]]}',
  '{"a":1}}',
  '{"a":1,"a":2}',
  '{"a" : "x" , "b" : [ ] }',
  "[]",
  "null",
  '"a"',
  "\ufeff{}",
])("as JSON.parse: %s", (line) => check(line));

test("says whether there is anything but ASCII", () => {
  for (const [line, is] of [
    ['{"a":"b"}', false],
    ['{"é":1}', true],
    ['{"a":"é"}', true],
    ['{"a":["é"]}', true],
  ] as const) {
    read(Buffer.from(line));
    expect(members.hasOtherThanAscii).toBe(is);
  }
  read(Buffer.from([...Buffer.from('{"a":["'), 0xff, ...Buffer.from('"]}')]));
  expect(members.hasOtherThanAscii).toBe(true);
});
