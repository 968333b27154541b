import { crc32 } from "node:zlib";
import { compileTemplate, type Template } from "../payload/index.ts";
import { checkOf, type Stamps } from "./payload-stamp.ts";

/** Behind the text: sequence, intended, sent, stream, CRC-32 of the text, check. */
const TRAILER = 24;

/**
 * Payloads made from a template, anew for each message, with 24 bytes behind the text that prove what it is: the numbers
 * of PayloadStamps, a CRC-32 of the text, and the check, which covers that too.
 */
export class TemplateStamps implements Stamps {
  sequence = 0;
  intended = 0;
  sent = 0;
  readonly #template: Template;

  constructor(source: string) {
    this.#template = compileTemplate(source, { name: "--payload" });
  }

  /** Bytes of the first payload of the first stream; others may differ. */
  get typicalSize(): number {
    return this.#text(0, 0).length + TRAILER;
  }

  write(key: number, stream: number, sequence: number, intended: number, sent: number): Buffer {
    const text = this.#text(stream, sequence);
    const payload = Buffer.allocUnsafeSlow(text.length + TRAILER);
    const crc = crc32(text);
    text.copy(payload);
    let at = text.length;
    for (const number of [sequence, intended, sent, stream, crc, checkOf(key ^ crc, sequence, intended, sent)]) {
      at = payload.writeUInt32LE(number >>> 0, at);
    }
    return payload;
  }

  streamOf(bytes: Buffer, from: number, to: number): number {
    return to - from < TRAILER ? -1 : bytes.readUInt32LE(to - 12);
  }

  read(key: number, stream: number, bytes: Buffer, from: number, to: number): boolean {
    if (to - from < TRAILER) return false;
    const end = to - TRAILER;
    const sequence = bytes.readUInt32LE(end);
    const intended = bytes.readUInt32LE(end + 4);
    const sent = bytes.readUInt32LE(end + 8);
    const crc = bytes.readUInt32LE(end + 16);
    if (bytes.readUInt32LE(end + 12) !== stream) return false;
    if (bytes.readUInt32LE(end + 20) !== checkOf(key ^ crc, sequence, intended, sent)) return false;
    if (crc32(bytes.subarray(from, end)) !== crc) return false;
    this.sequence = sequence;
    this.intended = intended;
    this.sent = sent;
    return true;
  }

  #text(stream: number, sequence: number): Buffer {
    return this.#template.bytes({ now: Date.now(), seq: sequence + 1, i: stream });
  }
}
