import { expect } from "vitest";
import { Broker } from "../../../src/broker/index.ts";
import { encodePacket, PacketType, ProtocolVersion } from "../../../src/codec/index.ts";
import type { Sweeper } from "../../../src/connection/index.ts";
import { memoryStreamPair } from "../../support/memory-stream.ts";
import { connectPacket, publishPacket } from "../../support/packet-client.ts";
import { TurnedClock } from "../../support/running-broker.ts";
import { turn } from "../../support/turn.ts";
import { bytes } from "../../support/wire-cases/notation.ts";
import { OPENINGS } from "../../support/wire-cases/openings.ts";
import { parse } from "../../support/wire-cases/parse.ts";
import { seededRandom, splitAtRandom } from "../../support/wire-cases/segments.ts";
import { ModelClient } from "./model-client.ts";
import { mutated, pick, upTo } from "./mutations.ts";

const versions = Object.values(ProtocolVersion);
/** Clients in one round. */
export const ATTACKERS = 20;
/** Turns until a packet is handled and answered. */
const TURNS = 8;
const A_MONTH = 31 * 24 * 3600 * 1000;

/** A broker with well-behaved clients, which goes through rounds of clients that send mutated packets. */
export class FuzzedBroker {
  private readonly clock = new TurnedClock();
  private readonly internalErrors: unknown[] = [];
  private readonly broker = new Broker({
    clock: this.clock,
    events: { onInternalError: (error) => this.internalErrors.push(error) },
  });
  /** Gets everything that anybody publishes: whatever it is, it must be well-formed. */
  private readonly witnesses = ([4, 5] as const).map((version) => this.connect(version, `witness-${version}`, "#"));
  private readonly bystander = this.connect(5, "bystander", "bystander/+");
  private rounds = 0;
  /** What the attackers of this round were told. */
  private answers: Buffer[][] = [];

  /** One round. `seed` makes it, alone, what it is. */
  async round(seed: number): Promise<void> {
    const random = seededRandom(seed);
    this.rounds += 1;
    for (let attacker = 0; attacker < ATTACKERS; attacker += 1) this.attack(random);
    this.bystander.send(publishPacket("bystander/1", `${this.rounds}`));
    await turn(TURNS);
    // Whoever was held up by a clock that does not move goes on.
    this.clock.advance(pick([1, 250, 2500], random));
    this.sweeper.sweep();
    await turn(TURNS);
    this.check(seed);
  }

  /** When everybody has left nothing remains but what was to be retained. */
  async end(): Promise<void> {
    for (const client of [...this.witnesses, this.bystander]) client.stream.end();
    await turn(TURNS);
    this.clock.advance(A_MONTH);
    this.sweeper.sweep();
    await turn(TURNS);
    const { core, clients } = this.broker as unknown as {
      core: { sessions: { size: number }; subscriptions: { size: number } };
      clients: Set<unknown>;
    };
    expect([core.sessions.size, core.subscriptions.size, clients.size]).toEqual([0, 0, 0]);
    expect(this.broker.statistics().waiting).toEqual({ kept: 0, outgoing: 0 });
    await this.broker.stop(0);
  }

  private get sweeper(): Sweeper {
    return (this.broker as unknown as { core: { sweeper: Sweeper } }).core.sweeper;
  }

  private attack(random: () => number): void {
    const version = pick(versions, random);
    const [mine, theirs] = memoryStreamPair();
    this.broker.accept(theirs);
    const answer: Buffer[] = [];
    mine.onData = (chunk) => answer.push(chunk);
    this.answers.push(answer);
    const opening = upTo(6, random) === 0 ? Buffer.alloc(0) : bytes(OPENINGS[version]);
    const attack = Buffer.concat([opening, mutated(version, random)]);
    for (const chunk of upTo(3, random) === 0 ? splitAtRandom(attack, random) : [attack]) mine.write(chunk);
    switch (upTo(3, random)) {
      case 0:
        mine.end();
        break;
      case 1:
        setImmediate(() => mine.peer.breakDown(new Error("reset")));
        break;
      default:
        setImmediate(() => setImmediate(() => mine.destroy()));
    }
  }

  private check(seed: number): void {
    expect(this.internalErrors, `seed ${seed}`).toEqual([]);
    const got = this.bystander.publishes.splice(0).map(({ payload }) => Buffer.from(payload).toString());
    expect(got, `seed ${seed}: what the bystander got`).toEqual([`${this.rounds}`]);
    for (const answer of this.answers.splice(0)) {
      // Which version the broker took a broken CONNECT for, only the broker knows.
      const problems = ([5, 4] as const).map((version) => parse(answer, { role: "client", version }).error);
      if (!problems.includes(undefined))
        expect(problems, `seed ${seed}: ${Buffer.concat(answer).toString("hex")}`).toBe([]);
    }
    for (const witness of this.witnesses) {
      expect(witness.isClosed, `seed ${seed}: a witness was sent away`).toBe(false);
      witness.publishes = [];
      witness.others = [];
    }
  }

  private connect(version: 4 | 5, clientId: string, filter: string): ModelClient {
    const [mine, theirs] = memoryStreamPair();
    this.broker.accept(theirs);
    const client = new ModelClient(mine, version);
    client.send(connectPacket({ clientId, protocolVersion: version }));
    client.stream.write(
      encodePacket(
        {
          type: PacketType.SUBSCRIBE,
          packetId: 1,
          properties: {},
          subscriptions: [{ filter, qos: 0, noLocal: false, retainAsPublished: false, retainHandling: 2 }],
        },
        version,
      ),
    );
    return client;
  }
}
