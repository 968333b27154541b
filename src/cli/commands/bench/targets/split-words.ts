import { UsageError } from "../../../../errors.ts";

/**
 * A command line as a shell would cut it into words: between blanks, with '…', "…" and \ to keep them together.
 * Nothing is replaced: no variables, no wildcards, no pipes. Throws UsageError where a quote is not closed.
 */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let index = 0; index < line.length; index++) {
    const character = line[index] as string;
    if (quote === "'" ? character === "'" : quote === '"' && character === '"') {
      quote = "";
    } else if (quote === "'") {
      word += character;
    } else if (character === "\\" && index + 1 < line.length) {
      index += 1;
      // Between double quotes a backslash only means something before these.
      const next = line[index] as string;
      word = (word ?? "") + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? "") + character;
    }
  }
  if (quote !== "") throw new UsageError(`a quote (${quote}) is not closed in: ${line}`);
  if (word !== undefined) words.push(word);
  return words;
}
