import { expect } from "vitest";
import { inAll, inBoth } from "./support/conformance.ts";
import { PINGREQ, publish } from "./support/write.ts";

inAll("[MQTT-3.12.4-1] [3:MQTT-3.12.4-1] PINGREQ is answered with PINGRESP", async (mqtt) => {
  const client = await mqtt.connect();
  client.send(PINGREQ);
  expect((await client.next()).bytes.toString("hex")).toBe("d000");
});

inAll("[MQTT-3.12.4-1] [3:MQTT-3.12.4-1] each PINGREQ of many, and each in its place", async (mqtt) => {
  const client = await mqtt.connect();
  const ping = (id: number) => [PINGREQ, publish(mqtt.version, { topic: mqtt.topic(), qos: 1, id })];
  client.send(...[1, 2, 3].flatMap(ping));
  const types = [];
  for (let count = 0; count < 6; count += 1) {
    types.push((await client.next()).type);
  }
  expect(types.filter((type) => type === "PINGRESP").length).toBe(3);
});

inBoth("[MQTT-3.12.4-1] [3:MQTT-2.2.2-2] PINGREQ has no payload", async (mqtt) => {
  await mqtt.offends("c0 01 00", 0x81);
});
