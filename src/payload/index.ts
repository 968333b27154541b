export type { Codec } from "./codec.ts";
export { codecFrom, readablePayload, type SchemaFiles, tryDecode } from "./codecs.ts";
export { indented } from "./json-text.ts";
export { Random } from "./random.ts";
export { compileTemplate, type Template, type TemplateContext } from "./template.ts";
