import { placeholderOf } from "../../../option.ts";
import { fileOptions, scenarioFile, shapeOf } from "./definition.ts";
import type { Field, Shape } from "./shape.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The JSON Schema of scenario files, for editors: made of the definitions by which they are read. */
export function schemaText(): string {
  return `${JSON.stringify(scenarioSchema(), null, 2)}\n`;
}

function scenarioSchema(): Schema {
  const options = [...fileOptions()].map(([name, { option }]): [string, Schema] => {
    const isList = option.kind === "list";
    const shape = shapeOf(option);
    const schema = shape.kind === "list" ? oneOrMore(shape.of) : schemaOf(shape);
    const usage = option.kind === "flag" ? "" : ` ${isList ? "Each: " : ""}${placeholderOf(option)}.`;
    const rest = option.defaultText === undefined ? "" : ` Default: ${option.defaultText}.`;
    return [name, { description: `${sentence(option.summary)}${usage}${rest}`, ...schema }];
  });
  const own = schemaOf(scenarioFile) as { readonly properties: Schema };
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "A load for mqtk bench",
    description: "Read with mqtk bench --scenario-file FILE. What is on the command line comes first.",
    type: "object",
    additionalProperties: false,
    properties: { $schema: { type: "string" }, ...own.properties, ...Object.fromEntries(options) },
  };
}

function schemaOf(shape: Shape): Schema {
  switch (shape.kind) {
    case "scalar": {
      const { completion } = shape.type;
      const types = shape.json;
      const examples = completion.kind === "choices" ? { examples: completion.choices } : {};
      return { type: types.length === 1 ? types[0] : types, ...examples };
    }
    case "list":
      return shape.isAlsoOne ? oneOrMore(shape.of) : { type: "array", items: schemaOf(shape.of) };
    case "record": {
      const fields = Object.entries(shape.fields);
      const required = fields.filter(([, { isRequired }]) => isRequired).map(([name]) => name);
      return {
        type: "object",
        additionalProperties: false,
        ...(required.length > 0 && { required }),
        properties: Object.fromEntries(fields.map(([name, field]) => [name, described(field)])),
      };
    }
    case "map":
      return { type: "object", additionalProperties: schemaOf(shape.of) };
    case "either":
      return { anyOf: [schemaOf(shape.scalar), schemaOf(shape.other)] };
  }
}

function oneOrMore(of: Shape): Schema {
  return { anyOf: [schemaOf(of), { type: "array", items: schemaOf(of) }] };
}

function described({ summary, shape, defaultText }: Field): Schema {
  const expected = shape.kind === "scalar" ? ` Expected: ${shape.type.expected}.` : "";
  const rest = defaultText === undefined ? "" : ` Default: ${defaultText}.`;
  return { description: `${sentence(summary)}${expected}${rest}`, ...schemaOf(shape) };
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
