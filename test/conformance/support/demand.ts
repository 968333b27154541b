export function demand(condition: boolean, problem: string): asserts condition {
  if (!condition) {
    throw new Error(`the broker sent ${problem}`);
  }
}

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function utf8(bytes: Buffer): string {
  const value = strict.decode(bytes);
  demand(!value.includes("\0"), "U+0000 in a string");
  return value;
}
