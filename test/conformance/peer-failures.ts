/** One reason why tests fail on another broker, and the titles of these tests without ids and version. */
export interface Cause {
  readonly why: string;
  readonly tests: readonly string[];
}

/** Every test that fails on another broker was looked into: it is the broker's doing. */
export const peerFailures: Readonly<Record<string, readonly Cause[]>> = {
  mosquitto: [
    {
      why: "A session that ends does not publish its Will while a Will Delay runs: not with Session Expiry 0, not with Clean Start, not with a DISCONNECT that ends it.",
      tests: [
        "Will Delay: a session that ends with its connection does not wait",
        "Will Delay: who comes back with Clean Start ends the old session, and its Will is published",
        "Will Delay: DISCONNECT 0x04 that ends the session publishes at once",
        "a Will Delay beyond the session's end does not outlive it",
      ],
    },
    {
      why: "The Will of a connection that is taken over is lost if the session is resumed.",
      tests: ["a Will without delay is published at a takeover that resumes the session"],
    },
    {
      why: "DISCONNECT with an error from the client discards the Will as 0x00 does; codes that only servers may send, or that do not exist, are taken.",
      tests: [
        "DISCONNECT with an error publishes the Will",
        "a client's code that is not in its table ends the connection as an error",
        "a client's code that is not in the table ends the connection",
      ],
    },
    {
      why: "The old connection is closed at a takeover without DISCONNECT 0x8E.",
      tests: ["a second connection with the same Client Identifier ends the first"],
    },
    {
      why: "Maximum Packet Size is taken for the Remaining Length of a PUBLISH, and not kept for SUBACK; a message that was not sent because of it keeps its place in the quota.",
      tests: [
        "a message of exactly Maximum Packet Size is sent, a larger one is not",
        "a SUBACK or UNSUBACK that cannot be sent within the limit is not sent",
        "a message that is too large counts as delivered: it takes no quota and does not come back",
      ],
    },
    {
      why: "Receive Maximum: PUBREC makes room for another message already, what is sent again after a reconnect does not keep to it, and its own is not enforced.",
      tests: [
        "thousands of QoS 2 messages in one segment end the connection with 0x93",
        "each PUBACK, PUBCOMP, and PUBREC with an error, makes room for one more; a PUBREC does not",
        "what comes again keeps to the new connection's Receive Maximum",
        "an acknowledgement for what was not sent again yet makes no room for another message",
      ],
    },
    {
      why: "A message that expires while it waits for quota blocks those behind it; one in flight is dropped when it expires.",
      tests: [
        "a message that expires while it waits for the client's quota is deleted",
        "a message that was sent does not expire any more: it is sent again, and its exchange goes on",
      ],
    },
    {
      why: "A Message Expiry Interval of 0 is taken for none.",
      tests: ["an interval of 0 goes no further than to who can have it at once, and never out as 0"],
    },
    {
      why: "The second retransmission of a QoS 2 PUBLISH ends the connection.",
      tests: ["until PUBREL every PUBLISH with the identifier gets PUBREC, and is delivered once"],
    },
    {
      why: "Overlapping subscriptions of 3.1.1 bring the copy with the lower QoS.",
      tests: ["overlapping subscriptions: the copy with the highest QoS is not missing"],
    },
    {
      why: "Subscribing again changes the QoS, but not the other options.",
      tests: ["without No Local one's own messages come back", "all options are replaced"],
    },
    {
      why: "Shared Subscriptions: No Local and an empty ShareName are accepted, retained messages are sent, filters that begin with $ bring nothing.",
      tests: [
        "No Local on a Shared Subscription ends the connection with 0x82",
        "No Local on a Shared Subscription",
        "$share with nothing behind it",
        "$share without a filter",
        "a SUBSCRIBE that breaks the protocol subscribes to nothing",
        "a ShareName has a character, no wildcard, and a filter behind it",
        "no retained messages for a Shared Subscription",
        "a Shared Subscription may name a topic that begins with $",
      ],
    },
    {
      why: "Flags and lengths of fixed headers are not checked for PINGREQ and acknowledgements, longer forms of Remaining Length are taken.",
      tests: [
        "reserved flags in a fixed header end the connection",
        "PINGREQ has no payload",
        "an acknowledgement is two bytes long",
        "a Remaining Length that is longer than necessary ends the connection",
      ],
    },
    {
      why: "Packets that are not allowed are ignored or taken: those of servers, DUP with QoS 0, a Subscription Identifier, a Payload Format Indicator of 2 or a Response Topic with wildcards in PUBLISH, Authentication Data without a method.",
      tests: [
        "packets that only servers send end the connection",
        "DUP with QoS 0 is malformed",
        "DUP with QoS 0",
        "a Payload Format Indicator other than 0 and 1 ends the connection",
        "a Response Topic with a wildcard",
        "a client's Subscription Identifier",
        "a Subscription Identifier in a client's PUBLISH ends the connection",
        "a Subscription Identifier of 0, or two of them, end the connection",
        "a Response Topic with wildcards ends the connection",
        "Authentication Data without a method is refused with 0x82",
      ],
    },
    {
      why: "Topic Alias 0 is answered with 0x81 instead of 0x94.",
      tests: ["alias 0 ends the connection with 0x94, for every QoS"],
    },
    {
      why: "WebSocket: text frames are taken for binary ones.",
      tests: [
        "a text frame ends the connection",
        "a text frame as the first one ends the connection, nobody is let in",
      ],
    },
  ],
  aedes: [
    {
      why: "Session Present is 0 for a session without subscriptions, and set for MQTT 3.1, which has none.",
      tests: [
        "where there is no session, a new one is made",
        "the Client Identifier finds the session, byte by byte",
        "the Connect Acknowledge Flags are 0, or 1 for a session",
        "Session Present tells whether there was a session",
        "CONNACK is the first packet of the broker, also when messages are waiting",
        "without Clean Session subscriptions and messages wait",
        "the broker's PUBREL has the flags 0010, also when it is sent again",
      ],
    },
    {
      why: "What is sent again has DUP 0, and the publisher's DUP is passed on, also with QoS 0.",
      tests: [
        "what is sent again after a reconnect has DUP 1, what is sent first DUP 0",
        "the publisher's DUP is not passed on",
        "the publisher's DUP is not passed on with a lower QoS or from a queue either",
        "exchanges in both directions are part of the session",
        "QoS 0 is sent with QoS 0 and DUP 0",
        "after PUBCOMP the identifier is a new message",
        "a QoS 2 message is unacknowledged until its PUBREC",
        "on reconnect everything unacknowledged comes again: in order, with its identifiers",
        "it comes again with every reconnect, until it is acknowledged",
        "a takeover is a reconnect too",
        "a connection that just broke is no different",
      ],
    },
    {
      why: "What waited and what comes live after a reconnect may be mixed; a retained message in flight is lost.",
      tests: [
        "what was in flight comes before what waited, and before anything new",
        "order holds from what waited in a session to what comes live",
        "properties, RETAIN and QoS of what comes again are those of the first time",
      ],
    },
    {
      why: "PUBACK ends a QoS 2 exchange.",
      tests: ["acknowledging with the wrong packet for the QoS is not taken for an acknowledgement"],
    },
    {
      why: "Of overlapping subscriptions the copy with the lower QoS may be the one that comes; of equal filters in one SUBSCRIBE only the last is answered.",
      tests: [
        "overlapping subscriptions: one copy arrives with the highest QoS of them",
        "overlapping subscriptions: the copy with the highest QoS is not missing",
        "several filters are handled like several SUBSCRIBEs in their order, answered at once",
      ],
    },
    {
      why: "Retained messages: RETAIN stays 1 in what waited, empty levels are not matched, filters with wildcards bring those of $ topics.",
      tests: [
        "RETAIN is 0 also for what waited in a session",
        "each topic that matches has its retained message sent",
        "wildcards do not bring retained messages of $ topics",
      ],
    },
    {
      why: "CONNECT is let in with MQIsdp at level 4, Will QoS 3, fields without flags, bytes behind its end, a Password without User Name, an empty Client Identifier in a session that stays, an empty Will Topic or one with wildcards; other levels are closed without return code 0x01, and 3.1 is held to rules of 3.1.1.",
      tests: [
        "MQIsdp belongs to level 3 and MQTT to level 4",
        "an unsupported protocol level is answered with return code 0x01",
        "Will QoS 3 is refused",
        "without Will Flag the fields of a Will must not be there",
        "a User Name without its flag is refused",
        "a Password without its flag is refused",
        "a Password without User Name is refused",
        "a CONNECT with bytes behind its payload, or cut off, is refused",
        "an empty Client Identifier with CleanSession 0 gets return code 0x02",
        "a refusing CONNACK has Session Present 0, and ends the connection",
        "where no return code says it, there is no CONNACK",
        "a Will Topic with wildcards, or an empty one, is refused",
        "nothing behind a refused CONNECT is processed",
        "the reserved Connect Flag has no meaning and is ignored",
        "DUP on SUBSCRIBE, UNSUBSCRIBE and PUBREL was legal",
        "an empty identifier is refused with return code 2",
        "User Name and Password may be left out although their flags are set",
      ],
    },
    {
      why: "What comes behind DISCONNECT in the same segment is handled.",
      tests: ["what a client sends behind its DISCONNECT is not looked at"],
    },
    {
      why: "Strings are not checked: ill-formed UTF-8 and U+0000 are taken.",
      tests: [
        "a Client Identifier that is not UTF-8 is refused",
        "a Will Topic that is not UTF-8 is refused",
        "a User Name that is not UTF-8 is refused",
        "a Topic Name that is not UTF-8 ends the connection",
        "a Topic Filter that is not UTF-8 ends the connection",
        "a filter in UNSUBSCRIBE that is not UTF-8 ends the connection",
        "U+0000 in a topic or a filter ends the connection",
      ],
    },
    {
      why: "Packets that are not well-formed are taken: Packet Identifier 0, DUP with QoS 0, wildcards within a level, SUBSCRIBE and UNSUBSCRIBE without filters, a PUBLISH that is cut off, acknowledgements and PINGREQ of other lengths.",
      tests: [
        "Packet Identifier 0 ends the connection",
        "Packet Identifier 0",
        "DUP with QoS 0 is malformed",
        "DUP with QoS 0",
        "a filter a#",
        "QoS 1 that ends behind its topic",
        "SUBSCRIBE without filters",
        "UNSUBSCRIBE without filters",
        "# stands alone and last; anything else ends the connection",
        "+ fills a whole level; anything else ends the connection",
        "filters that break the rules end the connection in UNSUBSCRIBE too",
        "UNSUBSCRIBE without a filter ends the connection",
        "an acknowledgement without a Packet Identifier, or with 0, ends the connection",
        "an acknowledgement is two bytes long",
        "PINGREQ has no payload",
        "nothing behind an error in the same segment is executed",
      ],
    },
  ],
};
