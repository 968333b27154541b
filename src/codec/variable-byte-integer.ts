/** The greatest value of a Variable Byte Integer (section 1.5.5), and so of the Remaining Length. */
export const MAXIMUM_VARIABLE_BYTE_INTEGER = 268_435_455;

/** The largest packet that can exist: the greatest Remaining Length behind a fixed header of five bytes. */
export const MAXIMUM_PACKET_SIZE = 5 + MAXIMUM_VARIABLE_BYTE_INTEGER;

/** How many bytes a value takes as a Variable Byte Integer: 1 to 4. */
export function variableByteIntegerLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  return value < 0x20_0000 ? 3 : 4;
}
