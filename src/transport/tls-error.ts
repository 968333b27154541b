import type { PeerCertificate } from "node:tls";
import { isMqtkError } from "../errors.ts";
import { type Address, placeOf } from "./address.ts";
import { describeNetworkError, errorCodeOf, type Problem, UnreachableError } from "./errors.ts";
import { suspicionOf, type TlsClientOptions } from "./tls-options.ts";

export interface TlsContext {
  readonly address: Address;
  readonly options: TlsClientOptions;
  /** What the server showed, where it came so far. */
  readonly certificate?: PeerCertificate | undefined;
  /** The server has answered in TLS. */
  readonly hasAnswered?: boolean;
}

/** An error of TLS in people's words: what is wrong, and where known, what there is instead. */
export function explainTlsError(error: Error, context: TlsContext): UnreachableError {
  if (isMqtkError(error)) return error as UnreachableError;
  const code = errorCodeOf(error) ?? "";
  const place = placeOf(context.address);
  const { what, problem, hint } = diagnose(code, error, context) ?? {
    what: `TLS with ${place} failed: ${describeNetworkError(error)}`,
  };
  return new UnreachableError("tls", what, { cause: error, problem, hint });
}

const ASK_ITS_OWNER = "whoever runs the broker issues certificates that it takes";

interface Diagnosis {
  readonly what: string;
  readonly problem?: Problem;
  readonly hint?: string;
}

function diagnose(code: string, error: Error, context: TlsContext): Diagnosis | undefined {
  return ofCertificate(code, context) ?? ofHandshake(code, error, context);
}

/** What the client found wrong with the server's certificate. */
function ofCertificate(code: string, { address, options, certificate }: TlsContext): Diagnosis | undefined {
  const place = placeOf(address);
  const subject = nameOf(certificate);
  if (options.psk !== undefined && certificate?.subject !== undefined) {
    return {
      what: `${place} shows a certificate instead of asking for the pre-shared key`,
      hint: "does it take pre-shared keys on this port?",
    };
  }
  switch (code) {
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return {
        what: `the certificate of ${place} is not for ${options.serverName ?? address.host}, but for ${namesOf(certificate)}`,
        problem: "certificate-name",
      };
    case "CERT_HAS_EXPIRED":
      return expired(place, certificate);
    case "CERT_NOT_YET_VALID":
      return {
        what: `the certificate of ${place}${subject} is valid only from ${dateOf(certificate?.valid_from)} on`,
        problem: "certificate-not-yet-valid",
        hint: "is the clock of this machine right?",
      };
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return {
        what: `the certificate of ${place}${subject} is signed by itself, and not trusted`,
        problem: "certificate-issuer",
      };
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return {
        what: `the certificate of ${place} was issued by ${issuerOf(certificate)}, which is not trusted`,
        problem: "certificate-issuer",
      };
    case "CERT_REVOKED":
      return { what: `the certificate of ${place}${subject} has been revoked` };
    case "UNABLE_TO_GET_CRL":
      return {
        what: `the list of revoked certificates is not of ${issuerOf(certificate)}, who issued the certificate of ${place}`,
        hint: "give the list of each CA of the chain",
      };
    case "CRL_HAS_EXPIRED":
      return { what: "the list of revoked certificates has expired", hint: "get a new one from the CA" };
    case "INVALID_PURPOSE":
      return { what: `the certificate of ${place}${subject} is not for servers` };
    default:
      return undefined;
  }
}

function expired(place: string, certificate: PeerCertificate | undefined): Diagnosis {
  const end = Date.parse(certificate?.valid_to ?? "");
  // The expired one may also be a CA's.
  const what =
    end < Date.now()
      ? `the certificate of ${place}${nameOf(certificate)} expired on ${dateOf(certificate?.valid_to)}`
      : `a CA's certificate in the chain of ${place} has expired`;
  return { what, problem: "certificate-expired", hint: "whoever runs the broker has to renew it" };
}

/** Why the handshake did not come to an end, often in the words of the other side's alert. */
function ofHandshake(code: string, error: Error, { address, options, hasAnswered }: TlsContext): Diagnosis | undefined {
  const place = placeOf(address);
  const hasCertificate = options.certificate !== undefined || options.pkcs12 !== undefined;
  const alert = /ALERT_([A-Z_]+)/.exec(code)?.[1] ?? /alert ([a-z ]+)/.exec(error.message)?.[1] ?? "";
  switch (alert.trim().toUpperCase().replaceAll(" ", "_")) {
    case "CERTIFICATE_REQUIRED":
      return { what: `${place} demands a client certificate`, problem: "client-certificate" };
    case "HANDSHAKE_FAILURE":
      return {
        what: `${place} broke off the TLS handshake: nothing in common, or something it demands is missing`,
        problem: hasCertificate || options.psk !== undefined ? "tls-handshake" : "client-certificate-missing",
      };
    case "UNKNOWN_CA":
      return { what: `${place} does not trust the CA of our client certificate`, hint: ASK_ITS_OWNER };
    case "BAD_CERTIFICATE":
    case "UNSUPPORTED_CERTIFICATE":
    case "CERTIFICATE_UNKNOWN":
    case "ACCESS_DENIED":
      return {
        what: `${place} does not accept our ${hasCertificate ? "client certificate" : "TLS connection"}`,
        hint: "its log may tell why",
      };
    case "CERTIFICATE_EXPIRED":
      return { what: `${place} says that our client certificate has expired`, hint: ASK_ITS_OWNER };
    case "CERTIFICATE_REVOKED":
      return { what: `${place} says that our client certificate has been revoked`, hint: ASK_ITS_OWNER };
    case "PROTOCOL_VERSION":
      return { what: `${place} does not speak the version of TLS that was asked for`, problem: "tls-handshake" };
    case "NO_APPLICATION_PROTOCOL":
      return {
        what:
          options.alpn === undefined
            ? `${place} wants to be told the protocol during the TLS handshake (ALPN)`
            : `${place} speaks none of the protocols that were offered (ALPN ${options.alpn.join(", ")})`,
        problem: "tls-handshake",
      };
    case "UNRECOGNIZED_NAME":
      return {
        what: `${place} does not know the name ${options.serverName ?? address.host}`,
        problem: "certificate-name",
      };
    case "UNKNOWN_PSK_IDENTITY":
      return { what: `${place} does not know the identity ${options.psk?.identity ?? ""} of the pre-shared key` };
    case "DECRYPT_ERROR":
    case "BAD_RECORD_MAC":
      if (options.psk !== undefined)
        return { what: `${place} has another key for the identity ${options.psk.identity}` };
      break;
  }
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|BAD_RECORD_TYPE/.test(code)) {
    return { what: `${place} does not speak TLS`, problem: "not-tls" };
  }
  if (/UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE|WRONG_SSL_VERSION/.test(code)) {
    return { what: `${place} speaks no version of TLS that may be used here`, problem: "tls-handshake" };
  }
  if (code === "ECONNRESET" || error.message === "closed") {
    const problem = hasAnswered ? suspicionOf(options) : "not-tls";
    if (hasAnswered && problem !== undefined) {
      return { what: `${place} closed the connection in the middle of the TLS handshake`, problem };
    }
    return { what: `${place} closed the connection during the TLS handshake`, problem: "not-tls" };
  }
  return undefined;
}

function nameOf(certificate: PeerCertificate | undefined): string {
  const name = certificate?.subject?.CN;
  return name === undefined || name.length === 0 ? "" : ` (${name})`;
}

function issuerOf(certificate: PeerCertificate | undefined): string {
  const { CN, O } = certificate?.issuer ?? {};
  const name = CN ?? O;
  return name === undefined || name.length === 0 ? "an unknown CA" : `“${name}”`;
}

/** The names that a certificate is for: `broker.example, 127.0.0.1`. */
function namesOf(certificate: PeerCertificate | undefined): string {
  const names = (certificate?.subjectaltname ?? "")
    .split(", ")
    .map((name) => name.replace(/^(DNS|IP Address):/, ""))
    .filter((name) => name !== "");
  if (names.length === 0) return certificate?.subject?.CN?.toString() ?? "nobody";
  return names.length > 8 ? `${names.slice(0, 8).join(", ")} and ${names.length - 8} more` : names.join(", ");
}

/** `2026-11-22` of `Nov 22 10:00:00 2026 GMT`. */
function dateOf(text: string | undefined): string {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? "an unknown date" : new Date(time).toISOString().slice(0, 16).replace("T", " ");
}
