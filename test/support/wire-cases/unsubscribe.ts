import { ReasonCode } from "../../../src/codec/index.ts";
import { unsubscribe } from "./packets.ts";
import { accepts, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET, PROTOCOL_ERROR, TOPIC_FILTER_INVALID } = ReasonCode;

const accepted: WireCase[] = [
  accepts([3, 4], "server", "UNSUBSCRIBE: every byte spelt out", "a2 05 00 0a 00 01 61", unsubscribe()),
  accepts(5, "server", "UNSUBSCRIBE: every byte spelt out", "a2 06 00 0a 00 00 01 61", unsubscribe()),
  accepts([3, 4], "server", "UNSUBSCRIBE: two filters, as in figure 3.30", 'a2 [ 00 0a <"a/b"> <"c/d"> ]', {
    ...unsubscribe({ filters: ["a/b", "c/d"] }),
  }),
  accepts(5, "server", "UNSUBSCRIBE: two filters, figure 3.30", 'a2 [ 00 0a [] <"a/b"> <"c/d"> ]', {
    ...unsubscribe({ filters: ["a/b", "c/d"] }),
  }),
  accepts(5, "server", "UNSUBSCRIBE: all properties", 'a2 [ ff ff [ 26 <"k"> <"v"> ] <"#"> ]', {
    ...unsubscribe({ packetId: 65_535, properties: { userProperties: [["k", "v"]] }, filters: ["#"] }),
  }),
  accepts(5, "server", "UNSUBSCRIBE: a thousand filters", `a2 [ 00 0a [] ${'<"a"> '.repeat(1000)}]`, {
    ...unsubscribe({ filters: Array.from({ length: 1000 }, () => "a") }),
  }),
  accepts(3, "server", "UNSUBSCRIBE: 3.1 has a DUP flag here", 'aa [ 00 0a <"a"> ]', unsubscribe(), { encodes: false }),
].flat();

const refused: WireCase[] = [
  refuses([3, 4], "server", "[MQTT-3.10.3-2] UNSUBSCRIBE: MP-22 no filter", "a2 02 00 01", PROTOCOL_ERROR),
  refuses(5, "server", "[MQTT-3.10.3-2] UNSUBSCRIBE: MP-22 no filter", "a2 [ 00 0a [] ]", PROTOCOL_ERROR),
  refuses([3, 4], "server", "[MQTT-4.7.3-1] UNSUBSCRIBE: empty filter", "a2 [ 00 0a <> ]", TOPIC_FILTER_INVALID),
  refuses(5, "server", "[MQTT-4.7.3-1] UNSUBSCRIBE: empty filter", "a2 [ 00 0a [] <> ]", TOPIC_FILTER_INVALID),
  refuses([3, 4], "server", "[MQTT-2.3.1-1] UNSUBSCRIBE: packet identifier 0", 'a2 [ 00 00 <"a"> ]', MALFORMED_PACKET),
  refuses(5, "server", "[MQTT-2.2.1-3] UNSUBSCRIBE: packet identifier 0", 'a2 [ 00 00 [] <"a"> ]', MALFORMED_PACKET),
  refuses([3, 4], "server", "UNSUBSCRIBE: a byte too many", 'a2 [ 00 0a <"a"> 00 ]', MALFORMED_PACKET),
  refuses(5, "server", "UNSUBSCRIBE: a byte too many", 'a2 [ 00 0a [] <"a"> 00 ]', MALFORMED_PACKET),
  refuses(
    [3, 4],
    "server",
    "UNSUBSCRIBE: the filter is longer than the packet",
    'a2 [ 00 0a 00 02 "a" ]',
    MALFORMED_PACKET,
  ),
  refuses([3, 4, 5], "server", "UNSUBSCRIBE: nothing at all", "a2 00", MALFORMED_PACKET),
  refuses([3, 4, 5], "server", "UNSUBSCRIBE: half a packet identifier", "a2 01 00", MALFORMED_PACKET),
  refuses(5, "server", "UNSUBSCRIBE: no property length", "a2 [ 00 0a ]", MALFORMED_PACKET),
].flat();

export const unsubscribeCases: readonly WireCase[] = [...accepted, ...refused];
