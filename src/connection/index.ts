export { KeepAlive } from "./keep-alive.ts";
export { Outbox } from "./outbox.ts";
export { type ConnectionHandler, type ConnectionOptions, PacketConnection } from "./packet-connection.ts";
export { Sweeper, type Swept } from "./sweep.ts";
export { IncomingAliases, OutgoingAliases } from "./topic-aliases.ts";
