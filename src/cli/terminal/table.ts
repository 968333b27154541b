import CliTable from "cli-table3";

/** A column: its heading and on which side its cells stand. */
export interface Column {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/** A table with lines between its columns. Import this file lazily; cli-table3 takes time to load. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  heading: (text: string) => string = (text) => text,
): string {
  const table = new CliTable({
    head: columns.map((column) => heading(column.heading)),
    colAligns: columns.map((column) => column.align ?? "left"),
    style: { head: [], border: [], compact: true },
  });
  table.push(...rows.map((row) => [...row]));
  return `${table.toString()}\n`;
}
