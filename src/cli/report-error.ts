import { isMqtkError, type MqtkError } from "../errors.ts";
import { type ExitCode, exitCodeOf } from "./exit-code.ts";
import { safeJson, safeLine, safeText } from "./terminal/safe-text.ts";
import type { Terminal } from "./terminal/terminal.ts";

/**
 * Tells what went wrong on stderr, with what can be tried, and answers with the exit code that says the same.
 * What comes from the other side (reason strings) is in these texts, so nothing in them reaches a terminal raw.
 */
export function reportError(
  error: unknown,
  terminal: Pick<Terminal, "writeError">,
  { asJson }: { readonly asJson: boolean },
): ExitCode {
  const exitCode = exitCodeOf(error);
  if (asJson) terminal.writeError(`${safeJson(JSON.stringify({ error: describe(error, exitCode) }))}\n`);
  else terminal.writeError(isMqtkError(error) ? forPeople(error) : askingForReport(error));
  return exitCode;
}

function forPeople(error: MqtkError): string {
  const hint = hintFor(error);
  const more = hint === undefined ? error.details : [...error.details, hint];
  return `mqtk: ${safeLine(error.message)}\n${more.map((line) => `      ${safeLine(line)}\n`).join("")}`;
}

function askingForReport(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `mqtk: ${safeLine(messageOf(error))}
      this is a bug in mqtk: please report it with these lines
      mqtk ${MQTK_VERSION}, Node.js ${process.version}, ${process.platform} ${process.arch}
${safeText(stack).replaceAll(/^/gm, "      ")}
`;
}

function describe(error: unknown, exitCode: ExitCode): Record<string, unknown> {
  if (!isMqtkError(error)) {
    return {
      code: "failure",
      message: messageOf(error),
      exitCode,
      stack: error instanceof Error ? error.stack : undefined,
    };
  }
  const { stage, problem, reasonCode, reasonString, serverReference, facts } = error as MqtkError & Facts;
  return {
    code: error.code,
    message: error.message,
    ...(error.details.length === 0 || facts !== undefined ? {} : { details: error.details }),
    ...facts,
    hint: hintFor(error),
    exitCode,
    stage,
    problem,
    reasonCode,
    reasonString,
    serverReference,
  };
}

/** What some errors know beside their message; undefined is left out of JSON. */
interface Facts {
  readonly stage?: string;
  readonly problem?: string | undefined;
  readonly reasonCode?: number;
  readonly reasonString?: string | undefined;
  readonly serverReference?: string | undefined;
  /** What `details` tell, for programs. */
  readonly facts?: Readonly<Record<string, unknown>>;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to try in terms of our options, which the lower layers do not know; what they say themselves comes first. */
function hintFor(error: MqtkError): string | undefined {
  if (error.hint !== undefined) return error.hint;
  const { reasonCode, problem } = error as MqtkError & Facts;
  if (problem !== undefined) return problemHints[problem];
  return error.code === "refused" && reasonCode !== undefined ? refusalHints[reasonCode] : undefined;
}

/** By the `problem` of an UnreachableError. */
const problemHints: Readonly<Record<string, string>> = {
  "certificate-name": "connect by a name that it has, or say which one you expect: --tls-server-name",
  "certificate-issuer":
    "name the CA to trust with --cafile FILE, --tls-use-os-certs for those of this system, or --tls-dev for mqtk's own",
  "client-certificate": "give one with --cert FILE and --key FILE",
  "client-certificate-missing": "it may want a client certificate: give one with --cert FILE and --key FILE",
  "client-certificate-disliked": "it may not accept our client certificate (--cert), or --id; its log may tell why",
  "tls-handshake": "see --tls-version, --ciphers, --tls-alpn and --psk, and mqtk cert show HOST:PORT",
  "not-tls": "is this the port for TLS (mostly 8883)? without TLS: mqtt:// or ws://",
  "needs-tls": "write mqtts:// (or wss://) instead of mqtt://, or take the port without TLS (mostly 1883)",
  "needs-websocket": "write ws:// (or wss://) instead of mqtt://, or take the port for MQTT (mostly 1883)",
  "proxy-login": "write them into the URL: --proxy http://user:password@host:port",
};

const refusalHints: Readonly<Record<number, string>> = {
  132: "try another --mqtt-version", // 0x84 Unsupported Protocol Version
  133: "try another --id", // 0x85 Client Identifier not valid
  134: "check --username and --password", // 0x86 Bad User Name or Password
  135: "check --username and --password, or ask the broker's owner for the right", // 0x87 Not authorized
  155: "try a lower --qos", // 0x9b QoS not supported
};
