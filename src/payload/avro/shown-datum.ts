import type { Type } from "avsc/lib/types.js";
import { shortest } from "../numbers.ts";

/** A value of the library as what JSON is made of: unions are the value alone, floats have no more digits than they have. */
export function shownDatum(type: Type, value: unknown): unknown {
  switch (type.typeName) {
    case "float":
      return shortest(value as number);
    case "array":
      return (value as unknown[]).map((element) => shownDatum(type.itemsType as Type, element));
    case "map":
      return new Map(
        Object.entries(value as object).map(([key, member]) => [key, shownDatum(type.valuesType as Type, member)]),
      );
    case "record":
    case "error":
      return new Map(
        (type.fields ?? []).map(({ name, type: inner }) => [
          name,
          shownDatum(inner, (value as Readonly<Record<string, unknown>>)[name]),
        ]),
      );
    case "union:wrapped": {
      const [[name, inner] = ["null", null]] = Object.entries(value ?? {});
      const branch = type.types?.find((one) => one.branchName === name);
      return branch === undefined ? inner : shownDatum(branch, inner);
    }
    default:
      return value;
  }
}
