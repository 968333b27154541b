export { KeepAlive } from "./keep-alive.ts";
export { Outbox } from "./outbox.ts";
export { type ConnectionHandler, type ConnectionOptions, PacketConnection } from "./packet-connection.ts";
export { type Swept, Sweeper } from "./sweep.ts";
export { IncomingAliases, OutgoingAliases } from "./topic-aliases.ts";
