import { expect } from "vitest";
import { encodePacket, ProtocolVersion } from "../../../src/codec/index.ts";
import { parse } from "../../support/wire-cases/parse.ts";
import { isSame, readable } from "../../support/wire-cases/readable.ts";
import { seededRandom, splitAtRandom } from "../../support/wire-cases/segments.ts";
import { mutated, pick } from "./mutations.ts";

const versions = Object.values(ProtocolVersion);

/**
 * Parses mutated packets: what is wrong is refused in words of the protocol and nothing else happens; what is accepted
 * means the same when it is written again, and however it is cut into chunks.
 */
export function fuzzParser(seed: number): void {
  const random = seededRandom(seed);
  const version = pick(versions, random);
  const bytes = mutated(version, random);
  const whole = parse([Buffer.from(bytes)], { role: "server", version });
  if (whole.error !== undefined) {
    expect((whole.error as { code?: string }).code, `seed ${seed}: ${String(whole.error)}`).toBe("protocol");
  }
  const inPieces = parse(splitAtRandom(bytes, random), { role: "server", version });
  if (!isSame(inPieces.packets, whole.packets) || String(inPieces.error) !== String(whole.error)) {
    expect(readable(inPieces), `seed ${seed}, in pieces`).toEqual(readable(whole));
  }
  for (const packet of whole.packets) {
    const again = parse([encodePacket(packet, version)], { role: "server", version });
    if (!isSame(again.packets, [packet])) {
      expect(again.packets.map(readable), `seed ${seed}, written again`).toEqual([packet].map(readable));
    }
  }
}
