import { defineCommand, operand, optionalOperand, type ValuesOf } from "../../command.ts";
import { flag, group, list, partOf, value } from "../../option.ts";
import { outputOptions } from "../../options/output.ts";
import { tlsOptions } from "../../options/tls.ts";
import { choice, file, integer, text } from "../../value-types.ts";

const making = group("Making", () => ({
  out: value(file, { flags: "--out <folder>", summary: "where the files go", default: "." }),
  file: value(text, {
    flags: "--file <name>",
    summary: "what the files are called, without .pem and .key",
    defaultText: "ca, server, or the client's name",
  }),
  ca: value(file, { flags: "--ca <file>", summary: "the CA's certificate", defaultText: "ca.pem in --out" }),
  caKey: value(file, { flags: "--ca-key <file>", summary: "the CA's private key", defaultText: "ca.key in --out" }),
  names: list(text, {
    flags: "--san <name>",
    summary: "server: a further host name or IP address that it is for (may be repeated)",
  }),
  days: value(integer(1, 36_500), {
    flags: "--days <n>",
    summary: "how long it is valid",
    defaultText: "90, a CA 3650",
  }),
  force: flag({ flags: "--force", summary: "replace files that exist" }),
}));

/** Those of TLS that have a meaning for `show HOST`. */
const showing = partOf(tlsOptions, [
  ...(["cafile", "capath", "tlsUseOsCerts", "tlsDev", "cert", "key", "keyPassword", "keyPasswordFile"] as const),
  ...(["tlsServerName", "tlsAlpn"] as const),
]);

export const certDefinition = defineCommand({
  name: "cert",
  summary: "make and explain certificates",
  description:
    "Makes a CA of one's own and certificates from it (elliptic curve P-256), for development and closed networks, and explains what is in a PEM file or what a server shows: names, issuers, expiry, and whether it would be trusted.",
  operands: {
    what: operand(
      choice<"ca" | "server" | "client" | "show">({ ca: "ca", server: "server", client: "client", show: "show" }),
      "ca, server, client or show",
    ),
    subject: optionalOperand(
      { ...text, completion: { kind: "file" } },
      "ca: its name; server: its host name or address; client: its user name; show: a PEM file, HOST[:PORT] or URL",
    ),
  },
  groups: [making, showing, outputOptions],
  examples: [
    { line: "mqtk cert ca 'Plant CA' --out tls", meaning: "tls/ca.pem and tls/ca.key" },
    { line: "mqtk cert server broker.plant --san 10.0.0.5 --out tls", meaning: "tls/server.pem and .key" },
    { line: "mqtk cert client press-7 --out tls", meaning: "tls/press-7.pem and .key" },
    {
      line: "mqtk cert ca 'Plant CA' --out tls --key-password-file secret",
      meaning: "the CA's key encrypted; server and client then need its passphrase",
    },
    { line: "mqtk cert show tls/server.pem", meaning: "what is in it" },
    { line: "mqtk cert show broker.plant:8883", meaning: "what a server shows" },
  ],
});
export type CertValues = ValuesOf<typeof certDefinition>;
