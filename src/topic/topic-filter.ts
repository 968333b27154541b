const SHARE_PREFIX = "$share/";
const MAXIMUM_BYTES = 65_535;

/** A Topic Filter taken apart. */
export interface TopicFilter {
  /** What topics are compared with: without `$share/name/`. */
  readonly filter: string;
  /** The Share Name (4.8.2) of a Shared Subscription. */
  readonly shareName: string | undefined;
  readonly levels: readonly string[];
}

/**
 * Takes a Topic Filter apart. `undefined`: it breaks a rule of 4.7 or 4.8.2 — an empty filter, `#` not last or not
 * alone in its level, `+` not alone, U+0000, a Share Name that is empty or holds a wildcard, nothing behind it.
 */
export function parseTopicFilter(text: string): TopicFilter | undefined {
  if (text.length > MAXIMUM_BYTES || text.includes("\0")) {
    return undefined;
  }
  let filter = text;
  let shareName: string | undefined;
  if (text.startsWith(SHARE_PREFIX)) {
    const end = text.indexOf("/", SHARE_PREFIX.length);
    if (end === -1) {
      return undefined;
    }
    shareName = text.slice(SHARE_PREFIX.length, end);
    filter = text.slice(end + 1);
    if (shareName === "" || shareName.includes("+") || shareName.includes("#")) {
      return undefined;
    }
  }
  if (filter === "") {
    return undefined;
  }
  const levels = filter.split("/");
  const last = levels.length - 1;
  for (const [index, level] of levels.entries()) {
    if (level.includes("#") ? level !== "#" || index !== last : level.includes("+") && level !== "+") {
      return undefined;
    }
  }
  return { filter, shareName, levels };
}

/** Does the filter (without `$share/…`) match the topic (4.7)? Wildcards do not match a first level that begins with `$`. */
export function matches(filter: readonly string[], topic: readonly string[]): boolean {
  const first = filter[0];
  if ((first === "+" || first === "#") && topic[0]?.startsWith("$")) {
    return false;
  }
  for (const [index, level] of filter.entries()) {
    if (level === "#") {
      return true;
    }
    if (index >= topic.length || (level !== "+" && level !== topic[index])) {
      return false;
    }
  }
  return filter.length === topic.length;
}
