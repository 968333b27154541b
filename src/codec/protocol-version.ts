/** The protocol level of a CONNECT, which is how the wire names the versions. */
export const ProtocolVersion = { V3_1: 3, V3_1_1: 4, V5_0: 5 } as const;
export type ProtocolVersion = (typeof ProtocolVersion)[keyof typeof ProtocolVersion];

const NAMES = { 3: "MQTT 3.1", 4: "MQTT 3.1.1", 5: "MQTT 5.0" } as const;

/** "MQTT 3.1", "MQTT 3.1.1" or "MQTT 5.0". */
export function protocolVersionName(version: ProtocolVersion): string {
  return NAMES[version];
}

/** What a CONNECT calls the protocol: 3.1 had a name of its own. */
export function protocolName(version: ProtocolVersion): string {
  return version === ProtocolVersion.V3_1 ? "MQIsdp" : "MQTT";
}
