/** A connection whose peer has ended it; our side is still to follow. */
interface Ending {
  leave(): void;
}

/**
 * So many connections in a turn: ending one takes about 50 µs with all that follows from it, and when thousands of peers
 * go at once the event loop hears of all of them in one turn.
 */
const PER_TURN = 200;

let waiting: Ending[] = [];

/** Ends a connection behind its peer, when its turn has come. */
export function endBehindPeer(connection: Ending): void {
  if (waiting.length === 0) {
    setImmediate(endNext);
  }
  waiting.push(connection);
}

function endNext(): void {
  const now = waiting;
  waiting = now.length > PER_TURN ? now.splice(PER_TURN) : [];
  if (waiting.length > 0) {
    setImmediate(endNext);
  }
  for (const connection of now) {
    connection.leave();
  }
}
