import type { PacketWriter } from "./packet-writer.ts";
import { type Carrier, type PropertiesOf, type Property, propertyNamed, propertyOf } from "./properties.ts";
import { checkBit, checkResponseTopic, checkZero } from "./property-checks.ts";

/** Writes the length of the properties and the properties, in the order in which they are listed. */
export function encodeProperties<C extends Carrier>(
  writer: PacketWriter,
  carrier: C,
  properties: PropertiesOf<C>,
): void {
  const length = writer.openLength();
  for (const key in properties) {
    const value: unknown = (properties as Readonly<Record<string, unknown>>)[key];
    if (value === undefined) continue;
    const property = propertyNamed(key);
    if (property === undefined || propertyOf(carrier, property.id) !== property) {
      throw writer.violation(`property ${key}, which it cannot carry`);
    }
    if (property.repeatable) {
      for (const item of value as readonly unknown[]) writeProperty(writer, property, item);
    } else {
      writeProperty(writer, property, value);
    }
  }
  writer.closeLength(length);
}

function writeProperty(writer: PacketWriter, property: Property, value: unknown): void {
  writer.uint8(property.id);
  switch (property.type) {
    case "bit":
      writer.uint8(checkBit(writer.type, property, value as number));
      break;
    case "flag":
      writer.uint8(checkBit(writer.type, property, Number(value)));
      break;
    case "uint16":
      writer.uint16(checkZero(writer.type, property, value as number), property.key);
      break;
    case "uint32":
      writer.uint32(checkZero(writer.type, property, value as number), property.key);
      break;
    case "varint":
      writer.varint(checkZero(writer.type, property, value as number), property.key);
      break;
    case "utf8":
      if (property.topic) checkResponseTopic(writer.type, property, value as string);
      writer.utf8(value as string);
      break;
    case "binary":
      writer.binary(value as Uint8Array);
      break;
    case "pair": {
      const [name, text] = value as readonly [string, string];
      writer.utf8(name);
      writer.utf8(text);
      break;
    }
    default:
      property.type satisfies never;
  }
}
