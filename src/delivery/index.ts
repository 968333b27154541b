export { Message } from "./message.ts";
export { PacketIds } from "./packet-ids.ts";
export { Receiver } from "./receiver.ts";
export { InFlightState, Sender } from "./sender.ts";
