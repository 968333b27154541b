/** "no such file or directory" of "ENOENT: no such file or directory, open 'x'"; other messages as they are. */
export function reasonOf(error: unknown): string {
  if ((error as NodeJS.ErrnoException | undefined)?.code === "EISDIR") return "it is a folder";
  const message = error instanceof Error ? error.message : String(error);
  return /^[A-Z0-9]+: ([^,]+)/.exec(message)?.[1] ?? message;
}
