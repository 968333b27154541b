import { isUtf8 } from "node:buffer";
import { UsageError } from "../errors.ts";
import { type Codec, type Decoded, LIMITS } from "./codec.ts";

const text = (payload: string, format: string): Decoded => ({ payload: Buffer.from(payload), isJson: false, format });

/** JSON stays as it is written: reading and writing it again could lose digits. */
export const jsonCodec: Codec = {
  name: "json",
  decode: (payload) => ({ payload: checkedJson(payload), isJson: true, format: "json" }),
  encode: (written) => {
    try {
      return checkedJson(written);
    } catch (error) {
      throw new UsageError(`this is no JSON: ${(error as Error).message}`);
    }
  },
};

/** UTF-8. */
export const textCodec: Codec = {
  name: "text",
  decode: (payload) => {
    if (!isUtf8(payload)) throw new Error("no UTF-8");
    return { payload, isJson: false, format: "text" };
  },
  encode: (written) => {
    if (!isUtf8(written)) throw new UsageError("this is no UTF-8 text");
    return written;
  },
};

/** `0aff`; spaces, colons and line ends between digits are left out. */
export const hexCodec: Codec = {
  name: "hex",
  decode: (payload) => text(payload.toString("hex"), "hex"),
  encode: (written) => {
    const digits = written
      .toString("latin1")
      .replace(/^\s*0x/, "")
      .replace(/[\s:]/g, "");
    if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new UsageError("this is no hex: two digits a byte, such as 0aff");
    return Buffer.from(digits, "hex");
  },
};

/** RFC 4648; the alphabet for URLs is read as well. */
export const base64Codec: Codec = {
  name: "base64",
  decode: (payload) => text(payload.toString("base64"), "base64"),
  encode: (written) => {
    const digits = written.toString("latin1").replace(/\s/g, "");
    const isWhole = digits.replace(/=+$/, "").length % 4 !== 1;
    if (!isWhole || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(digits)) throw new UsageError("this is no base64");
    return Buffer.from(digits, "base64");
  },
};

function checkedJson(payload: Buffer): Buffer {
  if (payload.length > LIMITS.payload) throw new Error(`more than ${LIMITS.payload} bytes`);
  if (!isUtf8(payload)) throw new Error("no UTF-8");
  JSON.parse(payload.toString("utf8"));
  return payload;
}
