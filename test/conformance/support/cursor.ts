import { demand, utf8 } from "./demand.ts";
import { type Kind, PROPERTIES, type Properties } from "./properties.ts";
import type { Version } from "./write.ts";

/** Goes through the bytes of one packet. */
export class Cursor {
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  expectEnd(): void {
    demand(this.isAtEnd, "a packet with bytes behind its end");
  }

  byte(): number {
    const byte = this.bytes[this.at];
    demand(byte !== undefined, "a packet that ends too early");
    this.at += 1;
    return byte;
  }

  two(): number {
    return this.byte() * 256 + this.byte();
  }

  id(): number {
    const id = this.two();
    demand(id !== 0, "Packet Identifier 0");
    return id;
  }

  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 128 ** 3; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) {
        demand(byte !== 0 || factor === 1, "a variable byte integer that is longer than necessary");
        return value;
      }
    }
    throw new Error("the broker sent a variable byte integer of more than four bytes");
  }

  binary(): Buffer {
    const length = this.two();
    demand(this.at + length <= this.bytes.length, "a string that is longer than its packet");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  rest(): Buffer {
    const rest = this.bytes.subarray(this.at);
    this.at = this.bytes.length;
    return rest;
  }

  properties(carrier: string, version: Version): Properties {
    if (version !== 5) {
      return {};
    }
    const length = this.varint();
    const end = this.at + length;
    demand(end <= this.bytes.length, "properties that are longer than their packet");
    const properties: Record<string, unknown> = {};
    while (this.at < end) {
      const id = this.varint();
      const [, name, kind, carriers] = PROPERTIES.find(([known]) => known === id) ?? [];
      demand(name !== undefined && kind !== undefined, `the unknown property ${id}`);
      demand(carriers?.split(" ").includes(carrier) === true, `${name} in ${carrier}`);
      const value = this.value(kind);
      if (name === "userProperties" || name === "subscriptionIdentifiers") {
        properties[name] = [...((properties[name] as unknown[] | undefined) ?? []), value];
      } else {
        demand(properties[name] === undefined, `${name} twice in ${carrier}`);
        properties[name] = value;
      }
    }
    demand(this.at === end, "properties of another length than announced");
    return properties as Properties;
  }

  private value(kind: Kind): unknown {
    switch (kind) {
      case "byte": {
        const byte = this.byte();
        demand(byte < 2, "a flag that is neither 0 nor 1");
        return byte;
      }
      case "two":
        return this.two();
      case "four":
        return this.two() * 65_536 + this.two();
      case "varint":
        return this.varint();
      case "text":
        return utf8(this.binary());
      case "binary":
        return this.binary();
      case "pair":
        return [utf8(this.binary()), utf8(this.binary())];
    }
  }
}
