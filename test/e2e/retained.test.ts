import { expect, test } from "vitest";
import { peer } from "../support/peers.ts";
import { startOnTerminal } from "../support/pty.ts";
import { runMqtk, startBroker } from "../support/run-mqtk.ts";

const script = peer("script");

test.skipIf(script === undefined)("retained clear on a terminal says what it will do, and asks", async () => {
  const { port } = await startBroker();
  const at = ["-p", String(port)];
  await runMqtk(["pub", ...at, "-r", "-q", "1", "-t", "p/1", "-t", "p/2", "-m", "x"]);
  const command = `$NODE $MQTK retained clear 'p/#' -p ${port}; echo "code $?"`;
  const refused = startOnTerminal(script as string, command);
  await refused.waitFor(/\[y\/N\] /);
  refused.type("n\n");
  expect(await refused.ended).toMatch(
    /^ {2}p\/[12]\n {2}p\/[12]\nClear 2 retained messages at localhost\? \[y\/N\] n\nmqtk: nothing was cleared\ncode 130\n$/,
  );
  const agreed = startOnTerminal(script as string, command);
  await agreed.waitFor(/\[y\/N\] /);
  agreed.type("y\n");
  expect(await agreed.ended).toMatch(/mqtk: cleared 2 of 2 retained messages\ncode 0\n$/);
  const nobody = await runMqtk(["retained", "list", ...at]);
  expect(nobody).toMatchObject({ code: 0, stdout: "", stderr: "mqtk: 0 retained messages, 0 bytes\n" });
});
