import type { ReceivedMessage } from "../../client/index.ts";

/** What a message has beside topic and payload, on one line: "QoS 1 · retained · 12 B · content type application/json". */
export function propertyLine({
  qos,
  retain,
  properties,
  payload,
}: Pick<ReceivedMessage, "qos" | "retain" | "properties" | "payload">): string {
  const parts = [`QoS ${qos}`, ...(retain ? ["retained"] : []), `${payload.length} B`, ...propertiesAsText(properties)];
  return parts.join(" · ");
}

/** The properties of a PUBLISH in words: "content type application/json", "unit=°C". */
export function propertiesAsText(properties: ReceivedMessage["properties"]): readonly string[] {
  const { payloadFormatIndicator, contentType, messageExpiryInterval, responseTopic, correlationData } = properties;
  const parts: string[] = [];
  if (payloadFormatIndicator !== undefined) parts.push(payloadFormatIndicator === 1 ? "UTF-8" : "bytes");
  if (contentType !== undefined) parts.push(`content type ${contentType}`);
  if (messageExpiryInterval !== undefined) parts.push(`expires in ${messageExpiryInterval} s`);
  if (responseTopic !== undefined) parts.push(`response topic ${responseTopic}`);
  if (correlationData !== undefined) parts.push(`correlation data 0x${Buffer.from(correlationData).toString("hex")}`);
  for (const identifier of properties.subscriptionIdentifiers ?? []) parts.push(`subscription ${identifier}`);
  for (const [name, value] of properties.userProperties ?? []) parts.push(`${name}=${value}`);
  return parts;
}
