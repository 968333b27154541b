export { Random } from "./random.ts";
export { compileTemplate, type Template, type TemplateContext } from "./template.ts";
