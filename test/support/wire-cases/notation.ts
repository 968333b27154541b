/**
 * Bytes as a person writes them, so that a frame can be read beside the standard:
 *
 *     10 [ <"MQTT"> 05 02 00 3c [] <"c"> ]
 *
 * - `2a`: one byte in hexadecimal; `2a*300`: the same byte 300 times
 * - `"text"`: UTF-8
 * - `< … >`: a two byte length and what it counts
 * - `[ … ]`: a variable byte integer and what it counts (Remaining Length, Property Length)
 */
export function bytes(notation: string): Buffer {
  const open: { mark: string; parts: Buffer[] }[] = [{ mark: "", parts: [] }];
  const token = /\s+|"(?<text>[^"]*)"|(?<byte>[0-9a-f]{2})(?:\*(?<times>\d+))?|(?<mark>[[\]<>])/giy;
  while (token.lastIndex < notation.length) {
    const at = token.lastIndex;
    const groups = token.exec(notation)?.groups;
    if (groups === undefined) throw new Error(`not a byte at ${at} of ${notation}`);
    const { text, byte, times, mark } = groups;
    const innermost = open[open.length - 1];
    if (innermost === undefined) throw new Error(`nothing is open at ${at} of ${notation}`);
    if (text !== undefined) innermost.parts.push(Buffer.from(text));
    else if (byte !== undefined) innermost.parts.push(Buffer.alloc(Number(times ?? 1), Number.parseInt(byte, 16)));
    else if (mark === "[" || mark === "<") open.push({ mark, parts: [] });
    else if (mark !== undefined) {
      const outer = open[open.length - 2];
      if (outer === undefined || innermost.mark !== (mark === "]" ? "[" : "<")) throw new Error(`unpaired ${mark}`);
      const body = Buffer.concat(innermost.parts);
      outer.parts.push(mark === "]" ? varint(body.length) : uint16(body.length), body);
      open.pop();
    }
  }
  const [whole, ...unclosed] = open;
  if (whole === undefined || unclosed.length > 0) throw new Error(`something stays open in ${notation}`);
  return Buffer.concat(whole.parts);
}

/** The notation of bytes: for frames put together from computed pieces. */
export function hex(buffer: Uint8Array): string {
  return Buffer.from(buffer).toString("hex");
}

function uint16(value: number): Buffer {
  if (value > 0xffff) throw new Error(`${value} bytes do not fit behind a two byte length`);
  return Buffer.from([value >> 8, value & 0xff]);
}

/** The encoder of section 1.5.5, as printed there. */
function varint(value: number): Buffer {
  const encoded: number[] = [];
  let rest = value;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    encoded.push(rest > 0 ? digit | 128 : digit);
  } while (rest > 0);
  return Buffer.from(encoded);
}
