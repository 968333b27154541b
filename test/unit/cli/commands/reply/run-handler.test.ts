import { expect, test } from "vitest";
import type { Request } from "../../../../../src/cli/commands/reply/request.ts";
import { runHandler } from "../../../../../src/cli/commands/reply/run-handler.ts";

const limits = { timeout: 20_000, maxOutput: 1000 };
const never = new AbortController().signal;
const request = (payload: Uint8Array | string = "hi", properties: Request["properties"] = {}): Request => {
  return { topic: "a/$(touch x);`b`", payload: Buffer.from(payload), qos: 2, properties };
};
const shell = (line: string): readonly string[] => ["sh", "-c", line];

test("the payload is on stdin, byte by byte; what is printed is the answer", async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  expect(await runHandler(["cat"], request(bytes), limits, never)).toEqual({
    output: bytes,
    problem: undefined,
    complaint: "",
  });
});

test("no shell reads the words; everything else about the request is in the environment", async () => {
  expect((await runHandler(["printf", "%s|", "$HOME", "a b"], request(), limits, never)).output.toString()).toBe(
    "$HOME|a b|",
  );
  const properties = {
    responseTopic: "inbox",
    contentType: "x",
    correlationData: Buffer.from([255]),
    userProperties: [["a", "b"]],
  } as const;
  const { output } = await runHandler(
    shell("env | grep ^MQTK_REQUEST_ | sort"),
    request("hi", properties),
    limits,
    never,
  );
  expect(output.toString().split("\n")).toEqual([
    "MQTK_REQUEST_CONTENT_TYPE=x",
    "MQTK_REQUEST_CORRELATION_DATA=/w==",
    "MQTK_REQUEST_PAYLOAD=hi",
    "MQTK_REQUEST_QOS=2",
    "MQTK_REQUEST_RESPONSE_TOPIC=inbox",
    "MQTK_REQUEST_TOPIC=a/$(touch x);`b`",
    'MQTK_REQUEST_USER_PROPERTIES=[["a","b"]]',
    "",
  ]);
});

test("a payload that does not fit into the environment is on stdin only", async () => {
  for (const payload of ["a\0b", Buffer.from([0xff]), "x".repeat(1_000_000)]) {
    const line = "wc -c; if printenv MQTK_REQUEST_PAYLOAD; then :; else echo none; fi";
    const { output } = await runHandler(shell(line), request(payload), limits, never);
    expect(output.toString().trim()).toBe(`${payload.length}\nnone`);
  }
});

test("a command that does not read its input is no failure", async () => {
  const { output, problem } = await runHandler(["echo", "done"], request("x".repeat(10_000_000)), limits, never);
  expect({ output: output.toString(), problem }).toEqual({ output: "done\n", problem: undefined });
});

test.each([
  ["exit code 3", shell("echo half; echo why >&2; exit 3"), "why"],
  ["ended by SIGKILL", shell("kill -9 $$"), ""],
  ["it cannot be run: there is no such command", ["no-such-command-anywhere"], ""],
  ["it cannot be run: EACCES", ["/"], ""],
  ["it printed more than 1000 bytes", shell("yes"), ""],
])("%s", async (problem, command, complaint) => {
  const result = await runHandler(command, request(), limits, never);
  expect(result).toEqual({ output: Buffer.alloc(0), problem, complaint });
});

test("what takes too long is stopped, with all that it started; also when the run is stopped", async () => {
  const line = "(trap '' TERM; sleep 60) & sleep 60";
  const started = performance.now();
  const { problem } = await runHandler(shell(line), request(), { ...limits, timeout: 300 }, never);
  expect(problem).toBe("it took longer than 0.3 s");
  // It has ended when nobody holds its output any more: the one that ignores SIGTERM is gone as well.
  expect(performance.now() - started).toBeLessThan(30_000);
  const stopping = new AbortController();
  const running = runHandler(["sleep", "60"], request(), limits, stopping.signal);
  stopping.abort();
  expect(await running).toMatchObject({ problem: "it was stopped" });
});
