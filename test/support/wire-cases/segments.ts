/** A small seeded generator (mulberry32): the same numbers in every run. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/**
 * The bytes in chunks that end at the given places.
 * Each chunk is a copy: it has its own memory, as chunks from a socket do, and cannot be read beyond its end.
 */
export function splitAt(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const inside = [...new Set(ends)].filter((end) => end > 0 && end < bytes.length).sort((a, b) => a - b);
  return [0, ...inside].map((start, index) => Buffer.from(bytes.subarray(start, inside[index] ?? bytes.length)));
}

/** One chunk for each byte. */
export function byteByByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

/** Chunks that end at up to `most` random places. */
export function splitAtRandom(bytes: Buffer, random: () => number, most = 6): Buffer[] {
  const count = 1 + Math.floor(random() * most);
  return splitAt(
    bytes,
    Array.from({ length: count }, () => Math.floor(random() * bytes.length)),
  );
}
