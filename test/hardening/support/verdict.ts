import { read } from "../../conformance/support/read.ts";
import { connect } from "../../conformance/support/write.ts";
import { RawClient } from "../../support/raw-client.ts";
import { splitAt } from "../../support/wire-cases/segments.ts";
import type { MalformedCase } from "./malformed-cases.ts";

type At = { readonly host: string; readonly port: number };

const NOTHING = Buffer.alloc(0);
let clients = 0;

interface Surroundings {
  /** What is sent with it, before and behind. */
  readonly before?: Buffer;
  readonly behind?: Buffer;
  /** Where it is cut. */
  readonly ends?: readonly number[];
}

/**
 * Sends what may not be sent, cut at `ends` into chunks that leave one after the other, and gives the broker's verdict:
 * what it said, as type and reason code, until it ended the connection.
 */
export async function verdictOn(
  at: At,
  { version, bytes, answeredIn }: MalformedCase,
  { before = NOTHING, behind = NOTHING, ends = [] }: Surroundings = {},
): Promise<string> {
  const raw = await RawClient.connect(at);
  try {
    if (version !== undefined) {
      clients += 1;
      raw.send(connect(version, { clientId: `offender${clients}` }));
      await raw.frame();
    }
    const whole = Buffer.concat([before, bytes, behind]);
    for (const chunk of splitAt(
      whole,
      ends.map((end) => before.length + end),
    )) {
      raw.send(chunk);
      if (ends.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const frames = await raw.end(4500); // 5 s after it was opened, a connection without CONNECT is ended anyway
    return frames.map((frame) => inWords(read(frame, version ?? answeredIn ?? 4))).join(", ");
  } finally {
    raw.destroy();
  }
}

/** What the verdict has to be, one of these. */
export function verdictsFor({ version, codes }: MalformedCase): string[] {
  if (codes.length === 0) return [""];
  const type = version === undefined ? "CONNACK" : "DISCONNECT";
  return codes.map((code) => `${type} ${code.toString(16)}`);
}

function inWords(packet: ReturnType<typeof read>): string {
  return "code" in packet ? `${packet.type} ${packet.code.toString(16)}` : packet.type;
}
