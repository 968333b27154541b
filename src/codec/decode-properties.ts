import type { PacketReader } from "./packet-reader.ts";
import {
  type Carrier,
  misplaced,
  NO_PROPERTIES,
  type PropertiesOf,
  type Property,
  type PropertyKey,
  propertyOf,
} from "./properties.ts";
import { checkBit, checkResponseTopic, checkZero } from "./property-checks.ts";

type MutableProperties = Partial<Record<PropertyKey, unknown>>;

/** Reads the length of the properties and the properties. */
export function decodeProperties<C extends Carrier>(reader: PacketReader, carrier: C): PropertiesOf<C> {
  const length = reader.varint();
  if (length === 0) return NO_PROPERTIES as PropertiesOf<C>;
  const outerEnd = reader.enter(length);
  const properties = readProperties(reader, carrier);
  reader.leave(outerEnd);
  return properties;
}

/** Reads properties up to the end of the reader. */
export function readProperties<C extends Carrier>(reader: PacketReader, carrier: C): PropertiesOf<C> {
  if (reader.remaining === 0) return NO_PROPERTIES as PropertiesOf<C>;
  const properties: MutableProperties = {};
  let seen = 0;
  while (reader.remaining > 0) {
    const id = reader.varint();
    const property = propertyOf(carrier, id);
    if (property === undefined) throw reader.malformed(misplaced(id));
    if ((seen & property.bit) !== 0 && !property.repeatable) throw reader.violation(`${property.key} twice`);
    seen |= property.bit;
    const value = readValue(reader, property);
    const values = properties[property.key];
    if (!property.repeatable) properties[property.key] = value;
    else if (values === undefined) properties[property.key] = [value];
    else (values as unknown[]).push(value);
  }
  return properties as PropertiesOf<C>;
}

function readValue(reader: PacketReader, property: Property): unknown {
  switch (property.type) {
    case "flag":
      return scanValue(reader, property) === 1;
    case "utf8": {
      const text = reader.utf8();
      if (property.topic) checkResponseTopic(reader.type, property, text);
      return text;
    }
    case "binary":
      return reader.binary();
    case "pair":
      return [reader.utf8(), reader.utf8()];
    default:
      return scanValue(reader, property);
  }
}

/** Checks a value where it lies and passes over it, without making anything of it. Answers the value if it is a number. */
export function scanValue(reader: PacketReader, property: Property): number {
  switch (property.type) {
    case "bit":
    case "flag":
      return checkBit(reader.type, property, reader.uint8());
    case "uint16":
      return checkZero(reader.type, property, reader.uint16());
    case "uint32":
      return checkZero(reader.type, property, reader.uint32());
    case "varint":
      return checkZero(reader.type, property, reader.varint());
    case "utf8": {
      const from = reader.skipUtf8();
      // Wildcards are ASCII, so the cheapest way to a string will do.
      if (property.topic)
        checkResponseTopic(reader.type, property, reader.bytes.toString("latin1", from, reader.position));
      return 0;
    }
    case "binary":
      reader.skipBinary();
      return 0;
    case "pair":
      reader.skipUtf8();
      reader.skipUtf8();
      return 0;
    default:
      return property.type satisfies never;
  }
}
