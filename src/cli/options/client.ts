import { configurationOptions } from "./configuration.ts";
import { connectionOptions } from "./connection.ts";
import { credentialOptions } from "./credentials.ts";
import { clientOutputOptions } from "./output.ts";
import { propertyOptions } from "./properties.ts";
import { networkOptions } from "./proxy.ts";
import { tlsOptions } from "./tls.ts";
import { willOptions } from "./will.ts";

/** What every command with a client has, behind its own options. */
export const clientGroups = [
  propertyOptions,
  connectionOptions,
  credentialOptions,
  tlsOptions,
  networkOptions,
  willOptions,
  configurationOptions,
  clientOutputOptions,
] as const;
