import { ReasonCode } from "../../../src/codec/index.ts";
import { bytes, hex } from "./notation.ts";
import { type Role, refuses, type WireCase } from "./wire-case.ts";

const { MALFORMED_PACKET } = ReasonCode;

/** A frame by its fields; "may end before" it where the packet is complete, or wrong in another way, without the field. */
interface Layout {
  readonly name: string;
  readonly version: 3 | 4 | 5;
  readonly role: Role;
  readonly header: string;
  readonly fields: readonly (readonly [name: string, notation: string, mayEndBefore?: "may end before"])[];
}

const ACKNOWLEDGEMENT = [
  ["packet identifier", "00 0a"],
  ["reason code", "00", "may end before"],
  ["property length", "0d", "may end before"],
  ["reason string", '1f <"why">'],
  ["user property", '26 <"k"> <"v">'],
] as const;

const LAYOUTS: readonly Layout[] = [
  {
    name: "CONNECT",
    version: 3,
    role: "server",
    header: "10",
    fields: [
      ["protocol name", '<"MQIsdp">'],
      ["level", "03"],
      ["flags", "c6"],
      ["keep alive", "00 3c"],
      ["client identifier", '<"client">'],
      ["will topic", '<"w/t">'],
      ["will message", '<"gone">'],
    ],
  },
  {
    name: "CONNECT",
    version: 4,
    role: "server",
    header: "10",
    fields: [
      ["protocol name", '<"MQTT">'],
      ["level", "04"],
      ["flags", "c6"],
      ["keep alive", "00 3c"],
      ["client identifier", '<"client">'],
      ["will topic", '<"w/t">'],
      ["will message", '<"gone">'],
      ["user name", '<"user">'],
      ["password", '<"secret">'],
    ],
  },
  {
    name: "CONNECT",
    version: 5,
    role: "server",
    header: "10",
    fields: [
      ["protocol name", '<"MQTT">'],
      ["version", "05"],
      ["flags", "c6"],
      ["keep alive", "00 3c"],
      ["property length", "05"],
      ["session expiry interval", "11 00 00 0e 10"],
      ["client identifier", '<"client">'],
      ["will property length", "07"],
      ["will user property", '26 <"k"> <"v">'],
      ["will topic", '<"w/t">'],
      ["will payload", '<"gone">'],
      ["user name", '<"user">'],
      ["password", '<"secret">'],
    ],
  },
  {
    name: "CONNACK",
    version: 4,
    role: "client",
    header: "20",
    fields: [
      ["flags", "00"],
      ["return code", "00"],
    ],
  },
  {
    name: "CONNACK",
    version: 5,
    role: "client",
    header: "20",
    fields: [
      ["flags", "00"],
      ["reason code", "00"],
      ["property length", "05"],
      ["assigned client identifier", '12 <"id">'],
    ],
  },
  {
    name: "PUBLISH",
    version: 4,
    role: "client",
    header: "32",
    fields: [
      ["topic", '<"a/b">'],
      ["packet identifier", "00 0a"],
    ],
  },
  {
    name: "PUBLISH",
    version: 5,
    role: "server",
    header: "34",
    fields: [
      ["topic", '<"a/b">'],
      ["packet identifier", "00 0a"],
      ["property length", "0a"],
      ["message expiry interval", "02 00 00 00 3c"],
      ["content type", '03 <"ab">'],
    ],
  },
  {
    name: "PUBLISH with a property length of two bytes",
    version: 5,
    role: "client",
    header: "30",
    fields: [
      ["topic", '<"a/b">'],
      ["property length", "80 01"],
      ["user property", '26 <"k"> < 76*122 >'],
    ],
  },
  { name: "PUBACK", version: 5, role: "client", header: "40", fields: ACKNOWLEDGEMENT },
  { name: "PUBREC", version: 5, role: "server", header: "50", fields: ACKNOWLEDGEMENT },
  { name: "PUBREL", version: 5, role: "client", header: "62", fields: ACKNOWLEDGEMENT },
  { name: "PUBCOMP", version: 5, role: "server", header: "70", fields: ACKNOWLEDGEMENT },
  { name: "PUBACK", version: 4, role: "client", header: "40", fields: [["packet identifier", "00 0a"]] },
  {
    name: "SUBSCRIBE",
    version: 4,
    role: "server",
    header: "82",
    fields: [
      ["packet identifier", "00 0a"],
      ["first filter", '<"a/b">', "may end before"],
      ["requested QoS", "01"],
      ["second filter", '<"c/d">', "may end before"],
      ["requested QoS", "02"],
    ],
  },
  {
    name: "SUBSCRIBE",
    version: 5,
    role: "server",
    header: "82",
    fields: [
      ["packet identifier", "00 0a"],
      ["property length", "03"],
      ["subscription identifier", "0b 80 01"],
      ["first filter", '<"a/b">', "may end before"],
      ["options", "01"],
      ["second filter", '<"c/d">', "may end before"],
      ["options", "02"],
    ],
  },
  {
    name: "SUBACK",
    version: 5,
    role: "client",
    header: "90",
    fields: [
      ["packet identifier", "00 0a"],
      ["property length", "05"],
      ["reason string", '1f <"no">'],
    ],
  },
  {
    name: "UNSUBSCRIBE",
    version: 4,
    role: "server",
    header: "a2",
    fields: [
      ["packet identifier", "00 0a"],
      ["first filter", '<"a/b">', "may end before"],
      ["second filter", '<"c/d">', "may end before"],
    ],
  },
  {
    name: "UNSUBSCRIBE",
    version: 5,
    role: "server",
    header: "a2",
    fields: [
      ["packet identifier", "00 0a"],
      ["property length", "07"],
      ["user property", '26 <"k"> <"v">'],
      ["first filter", '<"a/b">', "may end before"],
      ["second filter", '<"c/d">', "may end before"],
    ],
  },
  {
    name: "UNSUBACK",
    version: 5,
    role: "client",
    header: "b0",
    fields: [
      ["packet identifier", "00 0a"],
      ["property length", "05"],
      ["reason string", '1f <"no">'],
    ],
  },
  {
    name: "DISCONNECT",
    version: 5,
    role: "client",
    header: "e0",
    fields: [
      ["reason code", "9c", "may end before"],
      ["property length", "0a", "may end before"],
      ["server reference", '1c <"ab">'],
      ["reason string", '1f <"no">'],
    ],
  },
  {
    name: "AUTH",
    version: 5,
    role: "client",
    header: "f0",
    fields: [
      ["reason code", "18", "may end before"],
      ["property length", "0a", "may end before"],
      ["authentication method", '15 <"ab">'],
      ["authentication data", "16 < 00 ff >"],
    ],
  },
];

/** Frames that are consistent in themselves and end too early: inside each field, or before one that has to be there. */
export const truncationCases: readonly WireCase[] = LAYOUTS.flatMap(({ name, version, role, header, fields }) => {
  let before = Buffer.alloc(0);
  return fields.flatMap(([field, notation, mayEndBefore], index) => {
    const value = bytes(notation);
    const cases = Array.from({ length: value.length }, (_, kept) => kept)
      .slice(mayEndBefore === undefined ? 0 : 1)
      .flatMap((kept) => {
        const body = hex(Buffer.concat([before, value.subarray(0, kept)]));
        return refuses(
          version,
          role,
          `${name} ends behind ${kept} of ${value.length} bytes of field ${index + 1}, ${field}`,
          `${header} [ ${body} ]`,
          MALFORMED_PACKET,
          { opensConnection: header === "10" },
        );
      });
    before = Buffer.concat([before, value]);
    return cases;
  });
});
