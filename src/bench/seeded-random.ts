/**
 * Numbers from 0 (included) to 1 (excluded) that look like chance and are the same for the same seed: sfc32, a small
 * generator that passes the usual test batteries.
 */
export function seededRandom(seed: number): () => number {
  let [a, b, c, counter] = [0x9e37_79b9, 0x243f_6a88, seed | 0, 1];
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first numbers still resemble the seed.
  for (let warmUp = 0; warmUp < 16; warmUp++) next();
  return next;
}
