import { PINGREQ, PINGRESP, ReasonCode } from "../../../src/codec/index.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

export const pingCases: readonly WireCase[] = [
  accepts([3, 4, 5], "server", "PINGREQ", "c0 00", PINGREQ),
  accepts([3, 4, 5], "client", "PINGRESP", "d0 00", PINGRESP),
  refuses([3, 4, 5], "server", "PINGREQ: a byte too many", "c0 01 00", ReasonCode.MALFORMED_PACKET),
  refuses([3, 4, 5], "client", "PINGRESP: a byte too many", "d0 01 00", ReasonCode.MALFORMED_PACKET),
].flat();
