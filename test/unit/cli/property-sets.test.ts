import { expect, test } from "vitest";
import { propertyWords } from "../../../src/cli/generate/property-words.ts";
import { propertyOptions } from "../../../src/cli/options/properties.ts";
import { propertySetsFrom } from "../../../src/cli/property-sets.ts";

const typed = (...lines: string[]) =>
  lines.map(
    (line) => propertyOptions.options.properties.type.parse(line) as Parameters<typeof propertySetsFrom>[0][number],
  );

test("every property of every packet that we send", () => {
  expect(
    propertySetsFrom(
      typed(
        ...[
          "session-expiry-interval 5",
          "receive-maximum 10",
          "maximum-packet-size 0x1000",
          "topic-alias-maximum 3",
        ].map((text) => `connect ${text}`),
        "connect request-response-information 1",
        "CONNECT request-problem-information 0",
        "connect user-property a b c",
        "connect user-property a ",
        "connect authentication-method m",
        "connect authentication-data d",
        ...["payload-format-indicator 1", "message-expiry-interval 4294967295", "content-type text/plain; x"].flatMap(
          (text) => [`publish ${text}`, `will ${text}`],
        ),
        "publish response-topic r",
        "publish correlation-data c",
        "publish topic-alias 4",
        "will will-delay-interval 9",
        "subscribe subscription-identifier 7",
        "unsubscribe user-property a b",
        "disconnect reason-string bye",
        "disconnect session-expiry-interval 0",
      ),
    ),
  ).toEqual({
    connect: {
      sessionExpiryInterval: 5,
      receiveMaximum: 10,
      maximumPacketSize: 4096,
      topicAliasMaximum: 3,
      requestResponseInformation: true,
      requestProblemInformation: false,
      userProperties: [
        ["a", "b c"],
        ["a", ""],
      ],
      authenticationMethod: "m",
      authenticationData: Buffer.from("d"),
    },
    publish: {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 0xffff_ffff,
      contentType: "text/plain; x",
      responseTopic: "r",
      correlationData: Buffer.from("c"),
      topicAlias: 4,
    },
    will: {
      payloadFormatIndicator: 1,
      messageExpiryInterval: 0xffff_ffff,
      contentType: "text/plain; x",
      willDelayInterval: 9,
    },
    subscribe: { subscriptionIdentifier: 7 },
    unsubscribe: { userProperties: [["a", "b"]] },
    disconnect: { reasonString: "bye", sessionExpiryInterval: 0 },
  });
});

test.each([
  [
    "conect receive-maximum 1",
    "--property conect: expected connect, publish, will, subscribe, unsubscribe or disconnect",
  ],
  ["puback user-property a b", "--property puback: mqtk answers by itself, without properties"],
  ["publish nonsense 1", "--property publish nonsense: there is no such property"],
  ["connect content-type x", "--property connect content-type: CONNECT cannot carry it"],
  [
    "publish subscription-identifier 1",
    "--property publish subscription-identifier: only servers send it with a message",
  ],
  [
    "connect receive-maximum 65536",
    "--property connect receive-maximum 65536: expected a whole number from 0 to 65535",
  ],
  ["connect receive-maximum x", "expected a whole number"],
])("refused: %s", (line, reason) => {
  expect(() => propertySetsFrom(typed(line))).toThrow(reason);
});

test("what may stand once stands once", () => {
  expect(() => propertySetsFrom(typed("publish content-type a", "publish content-type b"))).toThrow("is there twice");
});

test("every name that shells offer behind -D is one that it takes", () => {
  const offered = propertyWords.flatMap(({ packet, names }) => names.map((name) => [packet, name] as const));
  for (const [command, property] of offered) {
    const values = property === "user-property" ? ["1", "1"] : ["1"];
    expect(() => propertySetsFrom([{ command, property, values }])).not.toThrow();
  }
  expect(offered).toContainEqual(["connect", "authentication-method"]);
  expect(offered).toContainEqual(["will", "will-delay-interval"]);
});
