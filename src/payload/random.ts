/**
 * Random numbers that come again with the same seed: sfc32 (Chris Doty-Humphrey, PractRand), 128 bits of state.
 * Good for test data, not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** Without a seed, different each time. */
  constructor(seed?: number | string) {
    const [a, b, c] = seed === undefined ? madeUp() : spread(typeof seed === "number" ? seed : hash(seed));
    this.a = a;
    this.b = b;
    this.c = c;
    for (let round = 0; round < 12; round++) this.bits();
  }

  /** 32 random bits, as a whole number from 0. */
  bits(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** From 0, less than 1. */
  fraction(): number {
    return this.bits() / 0x1_0000_0000;
  }

  /** A whole number, both ends included; every one as likely, up to ranges of 2^53. */
  integer(minimum: number, maximum: number): number {
    const range = maximum - minimum + 1;
    const fraction = range > 0x1000_0000 ? this.fraction() + this.fraction() / 0x1_0000_0000 : this.fraction();
    return Math.min(maximum, minimum + Math.floor(fraction * range));
  }

  /** Random bytes. */
  bytes(length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    let at = 0;
    for (; at + 4 <= length; at += 4) bytes.writeUInt32LE(this.bits(), at);
    for (; at < length; at++) bytes[at] = this.bits() & 0xff;
    return bytes;
  }
}

function madeUp(): [number, number, number] {
  const word = (): number => Math.floor(Math.random() * 0x1_0000_0000) | 0;
  return [word(), word(), word()];
}

/** FNV-1a over the characters. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value;
}

/** Three words that differ in many bits also where seeds differ in one (splitmix32). */
function spread(seed: number): [number, number, number] {
  let state = (seed ^ Math.floor(seed / 0x1_0000_0000)) | 0;
  const next = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let word = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return word ^ (word >>> 15);
  };
  return [next(), next(), next()];
}
