import { safeLine, safePayload } from "../terminal/safe-text.ts";

/** The beginning of a payload as one line that cannot act on a terminal; line ends and runs of spaces are one space. */
export function previewOf(payload: Uint8Array): string {
  if (payload.length === 0) return "(null)";
  return safeLine(
    safePayload(payload)
      .replaceAll(/[ \t\r\n]+/g, " ")
      .trim(),
  );
}
