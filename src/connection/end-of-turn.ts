/** Something that collects what is written in one turn of the event loop. */
interface Flushable {
  flush(): void;
}

let touched: Flushable[] = [];
let spare: Flushable[] = [];

/** The flush rule: one write per connection per turn, after everything that arrived in this turn was handled. */
export function flushAtEndOfTurn(outbox: Flushable): void {
  if (touched.length === 0) {
    setImmediate(flushTouched);
  }
  touched.push(outbox);
}

function flushTouched(): void {
  const batch = touched;
  touched = spare;
  for (const outbox of batch) {
    outbox.flush();
  }
  batch.length = 0;
  spare = batch;
}
