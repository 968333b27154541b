import { Client, type ClientHandlers, type ClientOptions } from "../client/index.ts";

/** What the load needs of a client. */
export type BenchClient = Pick<Client, "tryPublish" | "subscribe" | "unsubscribe" | "end" | "destroy">;

/** Makes one connection; tests hand in clients without a network. */
export type Connect = (options: ClientOptions, handlers: ClientHandlers) => Promise<BenchClient>;

export const connectClient: Connect = (options, handlers) => Client.connect(options, handlers);
