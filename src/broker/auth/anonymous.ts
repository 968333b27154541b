import { ReasonCode } from "../../codec/index.ts";
import type { Auth, Permissions } from "./auth.ts";

/** Every right but those that nobody has. */
export const everything: Permissions = {
  mayPublish: () => true,
  maySubscribe: () => true,
  mayReceive: () => true,
};

/** Lets everybody in and allows everything: for development, on the loopback address. */
export const anonymous: Auth = {
  authenticate: ({ method }) =>
    method === undefined
      ? { identity: "", permissions: everything }
      : { reasonCode: ReasonCode.BAD_AUTHENTICATION_METHOD },
};
