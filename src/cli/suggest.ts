/** The word that was probably meant, if one is close enough: at most a third of its letters are wrong. */
export function suggestion(typed: string, words: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const distance = editDistance(typed, word);
    if (distance < bestDistance && distance <= Math.max(typed.length, word.length) / 3) {
      best = word;
      bestDistance = distance;
    }
  }
  return best ?? words.find((word) => typed.length > 1 && word.startsWith(typed));
}

/** How many letters must be added, taken away, changed or swapped with their neighbour (optimal string alignment). */
export function editDistance(from: string, to: string): number {
  const rows = Array.from({ length: from.length + 1 }, (_, index) => [index, ...new Array<number>(to.length).fill(0)]);
  const at = (row: number, column: number): number => (rows[row] as number[])[column] as number;
  const first = rows[0] as number[];
  for (let column = 0; column <= to.length; column++) first[column] = column;
  for (let row = 1; row <= from.length; row++) {
    for (let column = 1; column <= to.length; column++) {
      const isSame = from[row - 1] === to[column - 1];
      let cost = Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + (isSame ? 0 : 1));
      if (row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, at(row - 2, column - 2) + 1);
      }
      (rows[row] as number[])[column] = cost;
    }
  }
  return at(from.length, to.length);
}
