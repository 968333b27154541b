import { Client, type ClientOptions } from "../../../../client/index.ts";

/** A busy broker may take so long to grant the subscription, in milliseconds. */
const ANSWER = 2000;
/** Retained values come at once; a broker without them is not waited for any longer, in milliseconds. */
const FIRST_VALUES = 150;
const PREFIX = "$SYS/broker/";
/** A broker may publish anything there; these suffice for what brokers publish. */
const MOST_VALUES = 500;

/** What a broker says about itself while it is measured. */
export interface SysTopics {
  /** `$SYS/broker/version`; null: it does not say. */
  readonly software: string | null;
  /** The latest numbers, by topic below `$SYS/broker/`; null: there are none. */
  read(): Readonly<Record<string, number>> | null;
  stop(): Promise<void>;
}

/**
 * Subscribes to what the broker says about itself. A broker that refuses, knows nothing of it or goes away is no error:
 * the measurement will tell what matters.
 */
export async function watchSysTopics(options: Omit<ClientOptions, "clientId">): Promise<SysTopics> {
  const values = new Map<string, number>();
  let software: string | null = null;
  let client: Client | undefined;
  try {
    client = await Client.connect(
      { ...options, clientId: `mqtksys${Math.floor(Math.random() * 1e9)}`, requestTimeout: ANSWER },
      {
        onMessage: ({ topic, payload }) => {
          if (!topic.startsWith(PREFIX)) return;
          const name = topic.slice(PREFIX.length);
          const text = payload.subarray(0, 200).toString();
          if (name === "version") software = text;
          const value = text === "" ? Number.NaN : Number(text);
          if (Number.isFinite(value) && (values.has(name) || values.size < MOST_VALUES)) values.set(name, value);
        },
      },
    );
    const filter = { qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 0 } as const;
    await client.subscribe([{ filter: `${PREFIX}#`, ...filter }]);
    await new Promise((resolve) => setTimeout(resolve, FIRST_VALUES));
  } catch {
    client?.destroy();
    client = undefined;
  }
  return {
    software,
    read: () => (values.size > 0 ? Object.fromEntries(values) : null),
    stop: async () => {
      await client?.end().catch(() => {});
    },
  };
}
