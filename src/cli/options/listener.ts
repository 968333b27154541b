import { flag, group, list, type OptionValues, value } from "../option.ts";
import { choice, file, text } from "../value-types.ts";

/** TLS of the broker: for every listener that does not say otherwise itself. */
export const listenerTlsOptions = group("Listening with TLS", () => ({
  cert: value(file, {
    flags: "--cert <file>",
    summary: "the broker's certificate, with those between it and its CA (PEM); --port is with TLS then",
  }),
  key: value(file, { flags: "--key <file>", summary: "its private key (PEM)" }),
  pkcs12: value(file, { flags: "--pkcs12 <file>", summary: "certificate and key in one .p12 or .pfx file" }),
  keyPassword: value(text, {
    flags: "--key-password <text>",
    summary: "the passphrase of the key (MQTK_KEY_PASSWORD is safer)",
    secret: true,
  }),
  keyPasswordFile: value(file, {
    flags: "--key-password-file <file>",
    summary: "read the passphrase of the key from the first line of this file",
  }),
  tlsDev: flag({
    flags: "--tls-dev",
    summary: "make a certificate for this machine, and a CA of one's own for it; clients need --tls-dev, too",
  }),
  clientCa: value(file, {
    flags: "--client-ca <file>",
    summary: "let clients in whose certificate is from the CAs in this file (PEM)",
    aliases: ["--cafile"],
  }),
  clientCert: value(choice<"required" | "optional">({ required: "required", optional: "optional" }), {
    flags: "--client-cert <which>",
    summary: "with --client-ca: certificates are required, or optional",
    defaultText: "required",
  }),
  crl: value(file, { flags: "--crl <file>", summary: "refuse the client certificates in this list (PEM)" }),
  pskFile: value(file, {
    flags: "--psk-file <file>",
    summary: "pre-shared keys of clients, a line IDENTITY:HEX for each; --port is with TLS then",
  }),
  tlsVersion: value(choice<"TLSv1.2" | "TLSv1.3">({ "1.2": "TLSv1.2", "1.3": "TLSv1.3" }), {
    flags: "--tls-version <version>",
    summary: "the oldest version of TLS that is taken: 1.2 or 1.3",
    defaultText: "1.2",
  }),
  ciphers: value(text, { flags: "--ciphers <list>", summary: "the ciphers to take, as openssl ciphers lists them" }),
}));
export type ListenerTlsValues = OptionValues<typeof listenerTlsOptions.options>;

/** Who may come in. */
export const accessOptions = group("Access", () => ({
  users: list(text, {
    flags: "--user <user>",
    summary: "let NAME:PASSWORD in (may be repeated; MQTK_USER, one a line, is safer); nobody comes in without then",
    secret: true,
  }),
  passwordFile: value(file, {
    flags: "--password-file <file>",
    summary: "let the users of this file in, a line NAME:PASSWORD or NAME:HASH for each, as mosquitto_passwd writes it",
  }),
  allowAnonymous: flag({
    flags: "--allow-anonymous",
    summary: "let clients in without user name, also from other machines",
  }),
  wsOrigins: list(text, {
    flags: "--ws-origin <origin>",
    summary: "let web pages from here connect: https://example.org, or * for any (may be repeated)",
  }),
  trustedProxies: list(text, {
    flags: "--trusted-proxy <address>",
    summary: "connections from this address or network begin with a PROXY header (may be repeated)",
  }),
}));
