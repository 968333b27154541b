import { createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { runMqtk } from "../support/run-mqtk.ts";
import { bytes } from "../support/wire-cases/notation.ts";

/** A server that answers CONNECT, SUBSCRIBE and PUBLISH as it is told, whatever they say. */
async function serverThatSays(connack: string, suback: string, puback = ""): Promise<number> {
  const answers: Readonly<Record<number, string>> = { 1: connack, 8: suback, 3: puback };
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (chunk) => {
      const answer = answers[(chunk[0] ?? 0) >> 4];
      if (answer !== undefined && answer !== "") socket.write(bytes(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

const WELCOME = "20 03 00 00 00";
const GRANTED = "90 [ 0001 [] 00 ]";

test.each([
  ["an alias, though none were allowed", WELCOME, `${GRANTED} 30 [ <> [ 23 0001 ] "m" ]`],
  ["a second CONNACK", `${WELCOME} ${WELCOME}`, GRANTED],
  ["a SUBACK without codes", WELCOME, "90 [ 0001 [] ]"],
  ["a SUBACK with too many codes", WELCOME, "90 [ 0001 [] 00 00 ]"],
  ["a Remaining Length of five bytes", WELCOME, "30 ff ff ff ff 01"],
  ["a PUBLISH with QoS 3", WELCOME, `${GRANTED} 36 [ <"t"> 0001 [] ]`],
  ["a packet that only clients send", WELCOME, `${GRANTED} c0 00`],
  ["a topic that is no UTF-8", WELCOME, `${GRANTED} 30 [ <c328> [] "m" ]`],
  ["a topic with a wildcard", WELCOME, `${GRANTED} 30 [ <"a/#"> [] "m" ]`],
  ["a CONNACK with a property that it cannot have", "20 [ 00 00 [ 23 0001 ] ]", GRANTED],
  ["something before CONNACK", "d0 00 20 03 00 00 00", GRANTED],
])("MP-31 sub: %s is one error and exit code 5, never an exception", async (_, connack, suback) => {
  const port = await serverThatSays(connack, suback);
  const { code, stderr, stdout } = await runMqtk(["sub", "-V", "5", "-p", `${port}`, "-t", "t", "-W", "5"]);
  expect(stderr).not.toMatch(/ at |bug in mqtk/);
  expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
  expect(stderr.split("\n").filter((line) => line.startsWith("mqtk: "))).toHaveLength(1);
});

test.each([
  ["a PUBACK for something that was not sent", "40 02 00 09"],
  ["a PUBREC for a message of QoS 1", "50 02 00 01"],
  ["a PUBACK with a code that it cannot have", "40 03 00 01 01"],
])("MP-31 pub: %s is one error and exit code 5", async (_, puback) => {
  const port = await serverThatSays(WELCOME, GRANTED, puback);
  const { code, stderr } = await runMqtk(["pub", "-V", "5", "-p", `${port}`, "-t", "t", "-m", "m", "-q", "1"]);
  expect(stderr).not.toMatch(/ at |bug in mqtk/);
  expect(code).toBe(5);
  expect(stderr.split("\n").filter((line) => line.startsWith("mqtk: "))).toHaveLength(1);
});

test("MP-32 a topic that no packet can carry is refused before anything is sent", async () => {
  const port = await serverThatSays(WELCOME, GRANTED);
  const { code, stderr } = await runMqtk(["pub", "-p", `${port}`, "-t", "t".repeat(65_536), "-m", "m"]);
  expect(code).toBe(2);
  expect(stderr).not.toMatch(/ at |bug in mqtk/);
});
