import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PacketIds } from "../../../src/delivery/packet-ids.ts";
import { InFlightState, Sender } from "../../../src/delivery/sender.ts";

function senderWith(receiveMaximum: number): Sender<string> {
  const sender = new Sender<string>();
  sender.connect(receiveMaximum);
  return sender;
}

describe("Sender", () => {
  test("[MQTT-4.9.0-1] admits no more than the peer's Receive Maximum; an acknowledgement makes room for one", () => {
    const sender = senderWith(2);
    const first = sender.admit("a", 1);
    const second = sender.admit("b", 2);
    expect([first, second]).not.toContain(0);
    expect(sender.canAdmit).toBe(false);
    expect(sender.admit("c", 1)).toBe(0);
    sender.finish(first);
    expect(sender.canAdmit).toBe(true);
    expect(sender.admit("c", 1)).not.toBe(0);
    expect(sender.admit("d", 1)).toBe(0);
  });

  test("knows where each message stands, and its item until the receiver owns it", () => {
    const sender = senderWith(10);
    const once = sender.admit("at least once", 1);
    const exactly = sender.admit("exactly once", 2);
    expect(sender.stateOf(once)).toBe(InFlightState.AWAITS_PUBACK);
    expect(sender.stateOf(exactly)).toBe(InFlightState.AWAITS_PUBREC);
    expect(sender.itemOf(exactly)).toBe("exactly once");
    sender.received(exactly);
    expect(sender.stateOf(exactly)).toBe(InFlightState.AWAITS_PUBCOMP);
    expect(sender.itemOf(exactly)).toBeUndefined();
    sender.finish(exactly);
    expect(sender.stateOf(exactly)).toBe(InFlightState.NONE);
    expect(sender.itemOf(once)).toBe("at least once");
    expect(sender.inFlight).toBe(1);
  });

  test("an id that was never used is not in flight", () => {
    const sender = senderWith(10);
    expect(sender.stateOf(1)).toBe(InFlightState.NONE);
    expect(sender.stateOf(65_535)).toBe(InFlightState.NONE);
    expect(sender.itemOf(65_535)).toBeUndefined();
  });

  test("[MQTT-4.4.0-1] [MQTT-4.6.0-1] after a reconnect everything in flight comes again in order, before anything new", () => {
    const sender = senderWith(10);
    const ids = ["a", "b", "c"].map((item) => sender.admit(item, 2));
    sender.received(ids[1] as number);
    sender.connect(10);
    expect(sender.admit("new", 1)).toBe(0);
    expect([sender.resend(), sender.resend(), sender.resend(), sender.resend()]).toEqual([...ids, 0]);
    expect(sender.stateOf(ids[1] as number)).toBe(InFlightState.AWAITS_PUBCOMP);
    expect(sender.admit("new", 1)).not.toBe(0);
  });

  test("[MQTT-4.9.0-1] what is sent again counts against a smaller Receive Maximum", () => {
    const sender = senderWith(3);
    const [first, second, third] = ["a", "b", "c"].map((item) => sender.admit(item, 1)) as [number, number, number];
    sender.connect(1);
    expect(sender.resend()).toBe(first);
    expect(sender.resend()).toBe(0);
    expect(sender.canAdmit).toBe(false);
    sender.finish(first);
    expect(sender.resend()).toBe(second);
    sender.finish(second);
    expect(sender.resend()).toBe(third);
    expect(sender.canAdmit).toBe(false);
    sender.finish(third);
    expect(sender.canAdmit).toBe(true);
  });

  test("what is done before it is sent again is left out", () => {
    const sender = senderWith(3);
    const [first, second, third] = ["a", "b", "c"].map((item) => sender.admit(item, 1)) as [number, number, number];
    sender.connect(3);
    sender.finish(first);
    expect(sender.resend()).toBe(second);
    sender.finish(third);
    expect(sender.resend()).toBe(0);
    expect([...sender]).toEqual([second]);
  });

  test("[MQTT-4.9.0-2] what is done before it is sent again makes no room for another one", () => {
    const sender = senderWith(3);
    const [first, , third] = ["a", "b", "c"].map((item) => sender.admit(item, 1)) as [number, number, number];
    sender.connect(1);
    expect(sender.resend()).toBe(first);
    sender.finish(third);
    expect(sender.resend()).toBe(0);
  });

  test("shares identifiers with other requests of the same client", () => {
    const packetIds = new PacketIds();
    const sender = new Sender<string>(packetIds);
    sender.connect(65_535);
    const subscribe = packetIds.take();
    const used = new Set<number>([subscribe]);
    for (let count = 0; count < 40; count += 1) {
      used.add(sender.admit("", 1));
    }
    expect(used.size).toBe(41);
  });

  test("all 65,535 ids in flight: the next message waits instead of looking for one forever", () => {
    const packetIds = new PacketIds();
    packetIds.take();
    const sender = new Sender<number>(packetIds);
    sender.connect(65_535);
    const admitted = Array.from({ length: 65_534 }, (_, count) => sender.admit(count, 1));
    expect(new Set(admitted).size).toBe(65_534);
    expect(admitted).not.toContain(0);
    expect(sender.admit(0, 1)).toBe(0);
    expect(sender.inFlight).toBe(65_534);
  });

  test("does the same as a plain list of messages, whatever happens", () => {
    const step = fc.record({
      what: fc.constantFrom("admit", "admit", "admit", "finish", "received", "connect", "resend", "resend"),
      qos: fc.constantFrom(1 as const, 2 as const),
      which: fc.nat(),
      receiveMaximum: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const sender = senderWith(20);
        const plain = new PlainSender(20);
        for (const [index, { what, qos, which, receiveMaximum }] of steps.entries()) {
          const any = plain.messages[which % Math.max(plain.messages.length, 1)];
          if (what === "admit") {
            const id = sender.admit(`${index}`, qos);
            expect(id !== 0).toBe(plain.mayAdmit);
            if (id !== 0) {
              expect(plain.messages.map((message) => message.id)).not.toContain(id);
              plain.messages.push({ id, item: `${index}`, qos, isReceived: false, isSent: true });
            }
          } else if (what === "connect") {
            sender.connect(receiveMaximum);
            plain.connect(receiveMaximum);
          } else if (what === "resend") {
            expect(sender.resend()).toBe(plain.resend());
          } else if (any !== undefined && what === "finish") {
            sender.finish(any.id);
            plain.messages.splice(plain.messages.indexOf(any), 1);
          } else if (any?.qos === 2 && what === "received") {
            sender.received(any.id);
            any.isReceived = true;
          }
          expect(sender.canAdmit).toBe(plain.mayAdmit);
          expect([...sender]).toEqual(plain.messages.map((message) => message.id));
          expect(sender.inFlight).toBe(plain.messages.length);
          for (const { id, item, isReceived, qos: sent } of plain.messages) {
            const awaited = sent === 1 ? InFlightState.AWAITS_PUBACK : InFlightState.AWAITS_PUBREC;
            expect(sender.stateOf(id)).toBe(isReceived ? InFlightState.AWAITS_PUBCOMP : awaited);
            expect(sender.itemOf(id)).toBe(isReceived ? undefined : item);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

interface PlainMessage {
  readonly id: number;
  readonly item: string;
  readonly qos: 1 | 2;
  isReceived: boolean;
  /** Over the connection of the moment. */
  isSent: boolean;
}

/** What Sender does, said as simply as possible. */
class PlainSender {
  readonly messages: PlainMessage[] = [];
  private receiveMaximum: number;

  constructor(receiveMaximum: number) {
    this.receiveMaximum = receiveMaximum;
  }

  private get hasQuota(): boolean {
    return this.messages.filter((message) => message.isSent).length < this.receiveMaximum;
  }

  get mayAdmit(): boolean {
    return this.hasQuota && this.messages.every((message) => message.isSent);
  }

  connect(receiveMaximum: number): void {
    this.receiveMaximum = receiveMaximum;
    for (const message of this.messages) {
      message.isSent = false;
    }
  }

  resend(): number {
    const message = this.messages.find(({ isSent }) => !isSent);
    if (message === undefined || !this.hasQuota) {
      return 0;
    }
    message.isSent = true;
    return message.id;
  }
}
