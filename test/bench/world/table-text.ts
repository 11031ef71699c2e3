export type Cell = string | number;

const text = (cell: Cell): string => (typeof cell === 'number' ? cell.toLocaleString('en') : cell);

/** Columns side by side, the first to the left and the rest, which are numbers mostly, to the right. */
export const tableText = (rows: readonly (readonly Cell[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => text(row[column] ?? '').length)));
  const line = (row: readonly Cell[]) =>
    row
      .map((cell, column) => (column === 0 ? text(cell).padEnd(widths[column] ?? 0) : text(cell).padStart(widths[column] ?? 0)))
      .join('  ');
  return rows.map(line).join('\n');
};
