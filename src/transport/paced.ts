/** Hands things on in the order in which they come, at most `perTurn` in one turn of the event loop; more wait. */
export function paced<Thing>(perTurn: number, take: (thing: Thing) => void): (thing: Thing) => void {
  let waiting: Thing[] = [];
  let taken = 0;
  const goOn = (): void => {
    const due = waiting.slice(0, perTurn);
    waiting = waiting.slice(due.length);
    taken = due.length;
    for (const thing of due) take(thing);
    if (taken > 0) setImmediate(goOn);
  };
  return (thing) => {
    if (taken === 0) setImmediate(goOn);
    if (taken >= perTurn) {
      waiting.push(thing);
      return;
    }
    taken += 1;
    take(thing);
  };
}
