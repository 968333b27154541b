import type { PresetFile } from "./preset.ts";

/** Fleets that are often wanted; `mqtk simulate NAME --print-preset` prints one, to make one's own of it. */
export const presets: Readonly<Record<string, PresetFile>> = {
  sensors: {
    description: "temperature and humidity sensors at three lines of a plant",
    messages: [
      { topic: "plant/{{each a b c}}/sensor-{{i 4}}/status", payload: "online", retain: true, qos: 1, once: true },
      {
        topic: "plant/{{each a b c}}/sensor-{{i 4}}/telemetry",
        every: "5s",
        payload: {
          ts: "{{iso}}",
          seq: "{{seq}}",
          temperature: "{{walk 18 26 0.20}}",
          humidity: "{{walk 30 60 0.5}}",
          battery: "{{walk 2.90 3.30 0.01}}",
        },
      },
    ],
  },
  vehicles: {
    description: "vehicles that drive through a city and report events now and then",
    messages: [
      {
        topic: "fleet/vehicle-{{i 4}}/position",
        every: "1s",
        payload: {
          ts: "{{now}}",
          lat: "{{walk 52.450000 52.570000 0.000300}}",
          lon: "{{walk 13.280000 13.480000 0.000400}}",
          speed: "{{walk 0 90 4.0}}",
          heading: "{{walk 0 359 12}}",
        },
      },
      {
        topic: "fleet/vehicle-{{i 4}}/event",
        every: "60s",
        qos: 1,
        payload: { ts: "{{now}}", id: "{{uuid}}", event: "{{choice door-open door-closed hard-brake refuelled}}" },
      },
    ],
  },
  meters: {
    description: "electricity meters whose readings only grow",
    messages: [
      {
        topic: "grid/meter-{{i 6}}/reading",
        every: "15s",
        qos: 1,
        retain: true,
        payload: {
          ts: "{{iso}}",
          energy_kwh: "{{grow 1200 0.020}}",
          power_w: "{{walk 40 4000 150}}",
          voltage: "{{walk 225 235 0.4}}",
        },
      },
    ],
  },
};
