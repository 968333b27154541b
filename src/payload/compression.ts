import { deflateSync, gunzipSync, gzipSync, inflateSync } from "node:zlib";
import { type Codec, type Decoded, LIMITS } from "./codec.ts";

/** RFC 1952. */
export const gzipCodec: Codec = {
  name: "gzip",
  decode: (payload) => inflated(() => gunzipSync(payload, { maxOutputLength: LIMITS.decompressed }), "gzip"),
  encode: (written) => gzipSync(written),
};

/** RFC 1950. */
export const zlibCodec: Codec = {
  name: "zlib",
  decode: (payload) => inflated(() => inflateSync(payload, { maxOutputLength: LIMITS.decompressed }), "zlib"),
  encode: (written) => deflateSync(written),
};

function inflated(inflate: () => Buffer, format: string): Decoded {
  try {
    return { payload: inflate(), isJson: false, format };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ERR_BUFFER_TOO_LARGE") throw new Error(`it would become more than ${LIMITS.decompressed} bytes`);
    throw error;
  }
}
