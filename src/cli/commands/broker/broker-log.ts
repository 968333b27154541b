import type { BrokerEvents, ClientInfo } from "../../../broker/index.ts";
import { protocolVersionName, reasonCodeHex, reasonCodeName } from "../../../codec/index.ts";
import type { LineWriter } from "../../terminal/line-writer.ts";
import { safeLine } from "../../terminal/safe-text.ts";

/** In milliseconds. */
const FLOOD_SECOND = 1000;
/** Lines for one address and reason in a second, and how many of these are told apart. */
const FLOOD_LINES = 5;
const FLOODS = 1000;

/** Writes log lines; drops and counts them while their reader is slower than the broker. */
export class BrokerLog {
  readonly #writer: Pick<LineWriter, "text" | "isFull">;
  readonly #now: () => Date;
  #dropped = 0;
  /** How many connections ended badly in this second, by address and reason. */
  readonly #floods = new Map<string, number>();
  #floodsSince = 0;

  constructor(writer: Pick<LineWriter, "text" | "isFull">, now: () => Date = () => new Date()) {
    this.#writer = writer;
    this.#now = now;
  }

  /** One line with its time. Whatever clients sent is escaped, so it cannot look like a line of its own. */
  line(text: string): void {
    if (this.#writer.isFull) {
      this.#dropped++;
      return;
    }
    if (this.#dropped > 0) {
      this.#writer.text(`${this.#time()} (${this.#dropped} log lines are missing here: nobody read them)\n`);
      this.#dropped = 0;
    }
    this.#writer.text(`${this.#time()} ${safeLine(text)}\n`);
  }

  /** The events as lines: one per connection, subscription and disconnection; `verbose`: and per message. */
  events({ verbose }: { readonly verbose: boolean }): BrokerEvents {
    const events: BrokerEvents = {
      onConnect: (client, { cleanStart, sessionPresent, keepAlive, userName }) => {
        const facts = [
          protocolVersionName(client.version),
          ...(userName === undefined ? [] : [`user ${userName}`]),
          keepAlive === 0 ? "no keep alive" : `keep alive ${keepAlive} s`,
          cleanStart ? "clean start" : sessionPresent ? "session resumed" : "new session",
        ];
        this.line(`${nameOf(client)} connected from ${client.remote} (${facts.join(", ")})`);
      },
      onRefused: (remote, clientId, reasonCode, reason) => {
        if (this.#isFlood(remote, reasonCode)) return;
        const who = clientId === undefined ? remote : `${clientId || "(no client id)"} from ${remote}`;
        this.line(`${who} refused: ${reason} (${describe(reasonCode)})`);
      },
      onInternalError: (error) => {
        this.line(`internal error, please report it: ${error instanceof Error ? error.stack : String(error)}`);
      },
      onDisconnect: (client, { reasonCode, reason }) => {
        if (reasonCode !== 0 && this.#isFlood(client.remote, reasonCode)) return;
        this.line(`${nameOf(client)} disconnected: ${reason}${reasonCode === 0 ? "" : ` (${describe(reasonCode)})`}`);
      },
      onSubscribe: (client, { filter, qos }, reasonCode) => {
        const answer =
          reasonCode >= 0x80
            ? `was refused ${filter}: ${describe(reasonCode)}`
            : `subscribed to ${filter} at QoS ${reasonCode}`;
        this.line(`${nameOf(client)} ${answer}${reasonCode < qos ? ` (asked for ${qos})` : ""}`);
      },
      // Clients that unsubscribe from what they never had only want the answer behind what they sent before.
      onUnsubscribe: (client, filter, reasonCode) => {
        if (reasonCode !== 0 && !verbose) return;
        const what = reasonCode === 0 ? "" : ` (${describe(reasonCode)})`;
        this.line(`${nameOf(client)} unsubscribed from ${filter}${what}`);
      },
      onWillRefused: (clientId, topic) => {
        this.line(`${clientId} is gone; its Will to ${topic} is not published: it may not publish there any more`);
      },
      onDropped: (clientId, reason, count) => {
        this.line(`${clientId} did not get ${count} message${count === 1 ? "" : "s"}: ${reason}`);
      },
    };
    if (!verbose) return events;
    return {
      ...events,
      onPublish: (client, { topic, qos, retain, payloadLength }) => {
        const retained = retain ? ", retained" : "";
        this.line(`${nameOf(client)} published ${payloadLength} B to ${topic} (QoS ${qos}${retained})`);
      },
    };
  }

  /** More from one address for one reason than anybody wants to read: counted, and told once a second. */
  #isFlood(remote: string, reasonCode: number): boolean {
    const now = this.#now().getTime();
    if (now - this.#floodsSince >= FLOOD_SECOND) {
      for (const [what, count] of this.#floods) {
        if (count > FLOOD_LINES) this.line(`${count - FLOOD_LINES} more from ${what}`);
      }
      this.#floods.clear();
      this.#floodsSince = now;
    }
    const what = `${remote.slice(0, remote.lastIndexOf(":"))} were refused or sent away (${describe(reasonCode)})`;
    const count = (this.#floods.get(what) ?? 0) + 1;
    if (this.#floods.size < FLOODS || count > 1) this.#floods.set(what, count);
    return count > FLOOD_LINES;
  }

  #time(): string {
    return this.#now().toISOString().replace("T", " ").replace("Z", "");
  }
}

function nameOf(client: ClientInfo): string {
  return client.clientId;
}

function describe(reasonCode: number): string {
  return `${reasonCodeHex(reasonCode)} ${reasonCodeName(reasonCode)}`;
}
