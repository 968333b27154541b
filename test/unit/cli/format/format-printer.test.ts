import { describe, expect, test } from "vitest";
import { type FormattedMessage, formatPrinter } from "../../../../src/cli/format/format-printer.ts";
import { Moment } from "../../../../src/cli/format/moment.ts";
import { memoryTerminal } from "../../../support/memory-terminal.ts";

const plain = {
  topic: "a/b",
  payload: Buffer.from("hello"),
  qos: 0,
  retain: false,
  packetId: 0,
  properties: {},
} as const;
const rich: FormattedMessage = {
  ...plain,
  qos: 1,
  packetId: 7,
  retain: true,
  properties: {
    contentType: "ct",
    responseTopic: "r/t",
    correlationData: Buffer.from("c\0d"),
    messageExpiryInterval: 60,
    payloadFormatIndicator: 1,
    subscriptionIdentifiers: [9, 10],
    userProperties: [
      ["a", "b"],
      ["x y", "z"],
    ],
  },
};
const moment = new Moment(Date.UTC(2026, 0, 2, 3, 4, 5) + 6.789);

async function printed(
  format: string,
  message: FormattedMessage = plain,
  options: { isPretty?: boolean; noNewline?: boolean; tty?: boolean } = {},
): Promise<string> {
  const { terminal, stdout } = memoryTerminal({ tty: options.tty ?? false });
  const { isPretty = false, noNewline = true } = options;
  const print = formatPrinter(
    { format, isPretty, noNewline, clientId: () => "me", host: "broker" },
    terminal,
    () => moment,
  );
  print(message);
  return stdout();
}
const payload = (bytes: Buffer | string): FormattedMessage => ({ ...plain, payload: Buffer.from(bytes) });

describe("what mosquitto_sub 2.1 prints", () => {
  test.each([
    ["%%|%5%|@@|\\\\|\\t|\\0|\\a\\e\\v\\r", "%|%|@|\\|\t|\0|\x07\x1b\v\r"],
    ["%t|%5t|%-5t|%05t|%.1t|%4.2t|", "a/b|  a/b|a/b  |  a/b|a|  a/|"],
    ["%p|%10p|%-10p|%010p|%3p|%-p|%.3p|", "hello|     hello|hello     |00000hello|hel|hello     |hel|"],
    ["%x|%X|%20x|%020X|%-12x|", "68656c6c6f|68656C6C6F|          68656c6c6f|000000000068656C6C6F|68656c6c6f  |"],
    ["%.2:x|%.4 X|%.1,x", "68:65:6c:6c:6f|6865 6C6C 6F|6,8,6,5,6,c,6,c,6,f"],
    ["%5q|%5r|%l|%05l|%-5l|%3m|", "0|0|5|00005|5    |  0|"],
    ["%A|%3A|%03E|%5S|%C|%4C|%R|%4R|%P|%D|%F|", "|   |000|     ||    ||||||"],
  ])("%s", async (format, expected) => {
    expect(await printed(format)).toBe(expected);
  });

  test("properties", async () => {
    expect(await printed("%C|%5C|%.1C|%R|%-5R|%E|%5E|%-5E|%F|%S|%3S|%m|%q%r|%P|%D", rich)).toBe(
      "ct|   ct|c|r/t|r/t  |60|   60|60   |1|9|  9|7|11|a:b x y:z|c\0d",
    );
  });

  test.each([
    [
      "%f|%.2f|%8.1f|%-8.1f|%08.1f|",
      Buffer.from(new Float32Array([-1.25]).buffer),
      "-1.250000|-1.25|    -1.2|-1.2    |-00001.2|",
    ],
    ["%d|%.0d|%.3d", Buffer.from(new Float64Array([2.5]).buffer), "2.500000|2|2.500"],
    ["%d", Buffer.from(new Float64Array([1e22]).buffer), "10000000000000000000000.000000"],
    ["%d %f", Buffer.from(new Float64Array([Number.NaN]).buffer), "nan "],
  ])("numbers: %s", async (format, bytes, expected) => {
    expect(await printed(format, payload(bytes))).toBe(expected);
  });

  test("%j: text ends at a zero byte; %J: numbers and text as cJSON prints them", async () => {
    const head = '{"tst":"2026-01-02T03:04:05.006789+0000","topic":"a/b","qos":0,"retain":false,"payloadlen"';
    expect(await printed("%j")).toBe(`${head}:5,"payload":"hello"}`);
    expect(await printed("%j", payload(""))).toBe(`${head}:0,"payload":null}`);
    expect(await printed("%j", payload('a"\\\n\x01/é\0b'))).toBe(`${head}:10,"payload":"a\\"\\\\\\n\\u0001/é"}`);
    const json = ' {"b": [1, 2.50, 1e3, 1E30, -0.1, {}], "10": "\\u00e9\\ud83d\\ude00\\/", "b": null, "t":true}\n';
    expect(await printed("%J", payload(json))).toBe(
      `${head}:${Buffer.byteLength(json)},"payload":{"b":[1,2.5,1000,1e+30,-0.1,{}],"10":"é😀/","b":null,"t":true}}`,
    );
  });

  test("%j with properties, over several lines", async () => {
    expect(await printed("%j", { ...rich, payload: Buffer.from("x") }, { isPretty: true })).toBe(`{
\t"tst":\t"2026-01-02T03:04:05.006789+0000",
\t"topic":\t"a/b",
\t"qos":\t1,
\t"retain":\ttrue,
\t"payloadlen":\t1,
\t"mid":\t7,
\t"properties":\t{
\t\t"content-type":\t"ct",
\t\t"response-topic":\t"r/t",
\t\t"correlation-data":\t"c",
\t\t"message-expiry-interval":\t60,
\t\t"payload-format-indicator":\t1,
\t\t"subscription-identifier":\t9,
\t\t"subscription-identifier":\t10,
\t\t"user-properties":\t[{
\t\t\t\t"a":\t"b"
\t\t\t}, {
\t\t\t\t"x y":\t"z"
\t\t\t}]
\t},
\t"payload":\t"x"
}`);
  });

  test.each(["", "{", "[1,]", '{"a" 1}', "tru", '"\\x"', '"\\ud800"', "1 2", "\xff"])(
    "%%J of %j prints nothing",
    async (text) => {
      const { terminal, stdout, stderr } = memoryTerminal();
      const print = formatPrinter(
        { format: "%J", isPretty: false, noNewline: false, clientId: () => "", host: "" },
        terminal,
      );
      print(payload(`${text} `));
      expect(await stdout()).toBe("\n");
      expect(await stderr()).toMatch(/^mqtk: warning: the payload is no valid JSON on topic a\/b\n$/);
    },
  );

  test("time", async () => {
    expect(await printed("%U|@N|@Y-@m-@d @H:@M:@S|@j|@Q")).toMatch(
      /^1767323045\.006789000\|006789000\|2026-01-02 \d\d:\d4:05\|00\d\|%Q$/,
    );
  });
});

describe("what mqtk adds", () => {
  test("base64, connection, running number and time between", async () => {
    expect(await printed("%b|%10b|%c|%4h|%n|%02i")).toBe("aGVsbG8=|  aGVsbG8=|me|broker|1|00");
  });
  test("fields of JSON payloads and user properties", async () => {
    const json = payload('{"a":{"b":[1,"two",{"c":null}]},"s":"é"}');
    expect(await printed("%{a.b[0]}|%{a.b.1}|%{a.b[2]}|%5{s}|%{x.y}|%{toString}", json)).toBe(
      '1|two|{"c":null}|   é||',
    );
    expect(await printed("%{a}|")).toBe("|");
    expect(await printed("%[x y]|%3[a]|%[none]|", rich)).toBe("z|  b||");
  });
  test("on a terminal, nothing of a message can act on it; the format can", async () => {
    const evil = { ...plain, topic: "a\x1b[2J", payload: Buffer.from("\x1b]0;pwn\x07\xff") };
    const shown = await printed("\\e[1m%t %p %j", evil, { tty: true });
    expect(shown.slice(0, 29)).toBe("\x1b[1ma\\x1b[2J \\x1b]0;pwn\\x07ÿ ");
    expect(shown.slice(1)).not.toContain("\x1b");
    expect(shown).not.toContain("\x07");
  });
});

test.each([
  ["a%", "% is incomplete at the end of the format"],
  ["%5", "%5 is incomplete at the end of the format"],
  ["%.", "%. is incomplete at the end of the format"],
  ["@", "@ is incomplete at the end of the format"],
  ["\\", "\\ is incomplete at the end of the format"],
  ["%Q", "%Q is unknown"],
  ["%0-5l", "%5 is unknown"],
  ["\\q", "\\q is no escape"],
  ["%9999999p", "%9999999: wider than 999999"],
])("refused: %s", async (format, message) => {
  await expect(printed(format)).rejects.toThrow(message);
});
