import { flag, group, type OptionValues, value } from "../option.ts";
import { choice, file, text } from "../value-types.ts";

/** TLS with the broker. Naming a CA, a certificate or a key asks for TLS, as with mosquitto's clients. */
export const tlsOptions = group("TLS", () => ({
  cafile: value(file, { flags: "--cafile <file>", summary: "trust the CAs in this PEM file, and no others" }),
  capath: value(file, { flags: "--capath <folder>", summary: "trust the CAs in the PEM files of this folder" }),
  tlsUseOsCerts: flag({ flags: "--tls-use-os-certs", summary: "trust the CAs that the system trusts" }),
  tlsDev: flag({ flags: "--tls-dev", summary: "trust the brokers that this user runs with --tls-dev" }),
  cert: value(file, { flags: "--cert <file>", summary: "our certificate (PEM), for brokers that want one" }),
  key: value(file, { flags: "--key <file>", summary: "its private key (PEM)" }),
  pkcs12: value(file, { flags: "--pkcs12 <file>", summary: "our certificate and its key in one .p12 or .pfx file" }),
  keyPassword: value(text, {
    flags: "--key-password <text>",
    summary: "the passphrase of the key (MQTK_KEY_PASSWORD is safer); without it, it is asked for",
    aliases: ["--keypass", "--keypw"],
    secret: true,
  }),
  keyPasswordFile: value(file, {
    flags: "--key-password-file <file>",
    summary: "read the passphrase of the key from the first line of this file",
  }),
  crl: value(file, { flags: "--crl <file>", summary: "refuse the certificates in this list of revoked ones (PEM)" }),
  tlsServerName: value(text, {
    flags: "--tls-server-name <name>",
    summary: "the name to ask for (SNI) and to expect in the certificate",
    defaultText: "the host",
    aliases: ["--sni"],
  }),
  tlsAlpn: value(alpnProtocols(), {
    flags: "--tls-alpn <names>",
    summary: "the protocols to offer, such as mqtt (ALPN)",
  }),
  tlsVersion: value(tlsVersion(), { flags: "--tls-version <version>", summary: "only this version: 1.2 or 1.3" }),
  ciphers: value(text, { flags: "--ciphers <list>", summary: "the ciphers to offer, as openssl ciphers lists them" }),
  psk: value(hexKey(), {
    flags: "--psk <hex>",
    summary: "a pre-shared key instead of certificates (MQTK_PSK is safer)",
    secret: true,
  }),
  pskIdentity: value(text, { flags: "--psk-identity <name>", summary: "which pre-shared key it is" }),
  insecure: flag({ flags: "--insecure", summary: "accept any certificate: for trying things out alone" }),
  tlsKeylog: value(file, {
    flags: "--tls-keylog <file>",
    summary: "append the keys of connections to this file, with which Wireshark can read them",
  }),
}));
export type TlsValues = OptionValues<typeof tlsOptions.options>;

function tlsVersion() {
  return choice<"TLSv1.2" | "TLSv1.3">(
    { "1.2": "TLSv1.2", "1.3": "TLSv1.3", "tlsv1.2": "TLSv1.2", "tlsv1.3": "TLSv1.3" },
    ["1.2", "1.3"],
  );
}

function alpnProtocols() {
  return {
    ...text,
    expected: "names separated by commas, each of 1 to 255 characters",
    parse: (typed: string): readonly string[] | undefined => {
      const names = typed.split(",");
      return names.every((name) => name !== "" && Buffer.byteLength(name) <= 255) ? names : undefined;
    },
  };
}

function hexKey() {
  return {
    ...text,
    expected: "a key in hexadecimal digits, without 0x",
    parse: (typed: string): Uint8Array | undefined =>
      /^([0-9a-f]{2}){1,64}$/i.test(typed) ? Buffer.from(typed, "hex") : undefined,
  };
}
