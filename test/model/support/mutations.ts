import type { ProtocolVersion } from "../../../src/codec/index.ts";
import { wireCases } from "../../support/wire-cases/index.ts";

/** Larger frames would take most of the time and find little more. */
const LARGEST_SEED = 600;
const INTERESTING = [0x00, 0x01, 0x02, 0x03, 0x04, 0x0b, 0x10, 0x22, 0x23, 0x26, 0x7f, 0x80, 0xc3, 0xed, 0xff];

type Random = () => number;

const seeds = new Map<ProtocolVersion, readonly Buffer[]>(
  ([3, 4, 5] as const).map((version) => [
    version,
    wireCases
      .filter((wireCase) => wireCase.role === "server" && wireCase.version === version)
      .map(({ frame }) => frame)
      .filter(({ length }) => length <= LARGEST_SEED),
  ]),
);

/** A few packets in one piece, most of them a little wrong, as only chance would have it. */
export function mutated(version: ProtocolVersion, random: Random): Buffer {
  const frames = seeds.get(version) ?? [];
  const count = 1 + upTo(3, random);
  return Buffer.concat(Array.from({ length: count }, () => mutate(pick(frames, random), frames, random)));
}

function mutate(frame: Buffer, frames: readonly Buffer[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(frame);
  for (let times = upTo(4, random); times > 0; times -= 1) {
    bytes = once(bytes, frames, random);
  }
  // Mostly the length is made right again: otherwise nothing behind the header would ever be reached.
  return upTo(4, random) === 0 ? bytes : withLength(bytes);
}

function once(bytes: Buffer, frames: readonly Buffer[], random: Random): Buffer {
  const at = upTo(bytes.length, random);
  const to = Math.min(bytes.length, at + 1 + upTo(8, random));
  switch (upTo(7, random)) {
    case 0:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << upTo(8, random));
      return bytes;
    case 1:
      bytes[at] = pick(INTERESTING, random);
      return bytes;
    case 2:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([bytes.subarray(0, at), Buffer.of(pick(INTERESTING, random)), bytes.subarray(at)]);
    case 5: {
      const other = pick(frames, random);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(upTo(other.length, random))]);
    }
    default:
      return bytes.subarray(0, at);
  }
}

/** The same body with a Remaining Length that fits. */
function withLength(bytes: Buffer): Buffer {
  let body = 1;
  while (body < Math.min(bytes.length, 4) && (bytes[body] ?? 0) > 0x7f) body += 1;
  const rest = bytes.subarray(body + 1);
  const length: number[] = [];
  let left = rest.length;
  do {
    length.push((left % 128) | (left > 127 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([bytes.subarray(0, 1), Buffer.from(length), rest]);
}

export function upTo(limit: number, random: Random): number {
  return Math.floor(random() * limit);
}

export function pick<T>(list: readonly T[], random: Random): T {
  return list[upTo(list.length, random)] as T;
}
