import { expect } from "vitest";
import { in5, in311, inAll } from "./support/conformance.ts";

inAll("[MQTT-3.9.3-1] [3:MQTT-3.9.3-1] the codes of SUBACK are in the order of the filters", async (mqtt) => {
  const client = await mqtt.connect();
  for (const order of [
    [0, 1, 2],
    [2, 1, 0],
    [1, 1, 0, 2],
  ]) {
    const { codes } = await client.subscribe(
      order.map((qos, index) => ({ filter: mqtt.topic(`${order}/${index}`), qos })),
    );
    expect(codes).toEqual(order);
  }
});

in5("[MQTT-3.9.3-2] [MQTT-3.8.4-7] SUBACK has codes of its table only: the granted QoS or a failure", async (mqtt) => {
  // Reading fails for any other code.
  const client = await mqtt.connect();
  const { codes } = await client.subscribe([
    { filter: mqtt.topic(), qos: 2 },
    { filter: `$share/g/${mqtt.topic()}`, qos: 1 },
    { filter: "$SYS/#", qos: 0 },
  ]);
  expect(codes.length).toBe(3);
});

in311("[3:MQTT-3.9.3-2] return codes are 0, 1, 2 or 0x80", async (mqtt) => {
  const client = await mqtt.connect();
  const filters = [0, 1, 2].map((qos) => ({ filter: mqtt.topic(`${qos}`), qos }));
  expect((await client.subscribe(filters)).codes).toEqual([0, 1, 2]);
});

in5("[U5-074] [U5-076] a Reason String comes once at most in SUBACK and UNSUBACK", async (mqtt) => {
  // Reading fails for one that comes twice.
  const client = await mqtt.connect();
  await client.subscribe([{ filter: mqtt.topic() }, { filter: "$share/g/$SYS/#" }]);
  await client.unsubscribe(mqtt.topic(), "never");
});
