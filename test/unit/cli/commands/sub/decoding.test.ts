import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder, Witness } from "../../../../support/in-process.ts";

const schema = 'syntax = "proto3"; message Reading { float celsius = 1; string sensor_name = 2; }';

test("what is published with --encode is printed with --decode, plainly, formatted and pretty", async () => {
  const witness = await Witness.start();
  const file = path.join(temporaryFolder(), "r.proto");
  writeFileSync(file, schema);
  const runs = [
    [["--encode", "cbor"], ["--decode", "cbor", "-v"], '{"t":21.5}', 'x {"t":21.5}\n'],
    [["--encode", "gzip,msgpack"], ["--decode", "auto", "-F", "%t %{t} %p %l"], '{"t":21.5}', 'x 21.5 {"t":21.5} 29\n'],
    [
      ["--encode", "protobuf", "--proto", file],
      ["--decode", "protobuf", "--proto", file, "--pretty"],
      '{"sensorName":"s"}',
      '{\n  "sensorName": "s"\n}\n',
    ],
    [["--encode", "int16be"], ["--decode", "int16be", "-F", "%p %x"], "258", "258 0102\n"],
    [["--encode", "hex"], ["--decode", "hex"], "00 ff", "00ff\n"],
  ] as const;
  for (const [encode, decode, written, printed] of runs) {
    await witness.run(["pub", "-r", "-q", "1", "-t", "x", "-m", written, ...encode]);
    expect(await witness.run(["sub", "-t", "x", "-C", "1", ...decode])).toEqual({
      code: 0,
      stdout: printed,
      stderr: "",
    });
  }
});

test("lines of JSON keep the payload, and say beside it what it means", async () => {
  const witness = await Witness.start();
  await witness.run(["pub", "-r", "-t", "x/1", "-m", '{"t":1}', "--encode", "cbor"]);
  await witness.run(["pub", "-r", "-t", "x/2", "-m", "plain"]);
  const { stdout } = await witness.run(["sub", "-t", "x/#", "-C", "2", "--decode", "cbor", "--json"]);
  const lines = stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([
    { topic: "x/1", encoding: "base64", payload: "oWF0AQ==", format: "cbor", decoded: { t: 1 } },
    { topic: "x/2", encoding: "text", payload: "plain", notDecoded: expect.stringMatching(/^not cbor: /) },
  ]);
  await witness.run(["pub", "--json", "-t", "y"], { input: stdout });
  const again = (await witness.saw(4)).slice(2).map(({ payload }) => payload.toString("base64"));
  expect(again).toEqual(["oWF0AQ==", Buffer.from("plain").toString("base64")]);
});

test("what is something else is shown as it is, behind a mark", async () => {
  const witness = await Witness.start();
  await witness.run(["pub", "-r", "-t", "x", "-m", "61", "--encode", "hex"]);
  expect((await witness.run(["sub", "-t", "x", "-C", "1", "--decode", "int32le"])).stdout).toBe(
    "[not int32le: 1 bytes, not a multiple of 4] a\n",
  );
  await witness.run(["pub", "-r", "-t", "x", "-m", "1b5b324a", "--encode", "hex"]);
  const shown = await witness.run(["sub", "-t", "x", "-C", "1", "--decode", "cbor"], { tty: true });
  expect(shown.stdout).toMatch(/^\[not cbor: .*\] \\x1b\[2J\n$/); // nothing of it acts on the terminal
});

test("lines are encoded one by one; the one that cannot be is named", async () => {
  const witness = await Witness.start();
  const bad = await witness.run(["pub", "-t", "x", "-l", "-q", "1", "--encode", "cbor"], { input: '{"a":1}\n{' });
  expect(bad.code).toBe(2);
  expect(bad.stderr).toMatch(/^mqtk: stdin, line 2: cbor is made of JSON: /);
  const json = '{"topic":"z","payload":{"a":1}}\n';
  await witness.run(["pub", "--json", "--encode", "cbor"], { input: json });
  const templated = ["pub", "-t", "z", "-m", '{"n":{{seq}}}', "--template", "--count", "2", "--encode", "msgpack"];
  await witness.run(templated);
  expect((await witness.saw(4)).map(({ payload }) => payload.toString("hex")).slice(1)).toEqual([
    "a1616101",
    "81a16e01",
    "81a16e02",
  ]);
});

test.each([
  [["pub", "-t", "a", "-m", "x", "--encode", "xml"], "--encode xml: expected json, text, hex"],
  [["pub", "-t", "a", "-m", "x", "--encode", "auto"], "--encode auto: expected json"],
  [["pub", "-t", "a", "-n", "--encode", "hex"], "--encode and --null-message contradict each other"],
  [["pub", "-t", "a", "-m", "x", "--encode", "protobuf"], "protobuf needs --proto"],
  [["sub", "-t", "a", "--decode", "avro"], "avro needs --avro-schema"],
  [["sub", "-t", "a", "--decode", "avro", "--avro-schema", "/nope"], "cannot read /nope: no such file or directory"],
  [["sub", "-t", "a", "--decode", "protobuf", "--proto", "/"], "cannot read /: it is a folder"],
])("%j is a usage error", async (words, message) => {
  const witness = await Witness.start();
  const { code, stderr } = await witness.run(words);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
