import { propertyOf } from "../../codec/index.ts";

/** The options that take a packet, a property of it and a value. */
export const PROPERTY_NAMES = ["-D", "--property"];

const CARRIERS = ["CONNECT", "PUBLISH", "WILL", "SUBSCRIBE", "UNSUBSCRIBE", "DISCONNECT"] as const;
const HIGHEST_ID = 0x2a;

/** What `-D` takes: the packets that clients send, and the names of the properties that each may carry. */
export const propertyWords: readonly { readonly packet: string; readonly names: readonly string[] }[] = CARRIERS.map(
  (carrier) => ({
    packet: carrier.toLowerCase(),
    names: Array.from({ length: HIGHEST_ID }, (_none, at) => propertyOf(carrier, at + 1))
      // With a message, only servers send identifiers of subscriptions.
      .filter((property) => property !== undefined && property.key !== "subscriptionIdentifiers")
      .filter((property) => !(carrier === "DISCONNECT" && property?.key === "serverReference"))
      .map((property) => nameOf(property?.key ?? "")),
  }),
);

export const packetWords = propertyWords.map(({ packet }) => packet).join(" ");

/** `user-property` of `userProperties`. */
function nameOf(key: string): string {
  return key === "userProperties" ? "user-property" : key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
