/** The shortest usual CONNECT of each version, to stand before what a server receives later. */
export const OPENINGS = {
  3: '10 [ <"MQIsdp"> 03 02 00 3c <"c"> ]',
  4: '10 [ <"MQTT"> 04 02 00 3c <"c"> ]',
  5: '10 [ <"MQTT"> 05 02 00 3c [] <"c"> ]',
} as const;
