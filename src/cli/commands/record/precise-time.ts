/** Writes a time (milliseconds since 1970, with a fraction) as ISO 8601 with microseconds: 2026-11-22T12:00:00.000123Z. */
export function preciseTime(): (time: number) => string {
  let last = Number.NaN;
  let text = "";
  return (time) => {
    const milliseconds = Math.floor(time);
    if (milliseconds !== last) {
      last = milliseconds;
      text = new Date(milliseconds).toISOString().slice(0, -1);
    }
    return `${text}${String(Math.floor((time - milliseconds) * 1000)).padStart(3, "0")}Z`;
  };
}
