import { expect, test } from "vitest";
import type { ClientConnection } from "../../../src/broker/client-connection.ts";
import { Clients } from "../../../src/broker/clients.ts";

interface Stub {
  place: number;
  isOpen: boolean;
  sweep: () => void;
}

function clientsOf(count: number): { clients: Clients; stubs: ClientConnection[]; swept: Stub[] } {
  const clients = new Clients();
  const swept: Stub[] = [];
  const stubs = Array.from({ length: count }, () => {
    const stub: Stub = { place: -1, isOpen: true, sweep: () => swept.push(stub) };
    return stub as unknown as ClientConnection;
  });
  for (const stub of stubs) clients.add(stub);
  return { clients, stubs, swept };
}

test("who goes is not there any more, once; the others are", () => {
  const { clients, stubs } = clientsOf(5);
  const [first, second, , , last] = stubs as [ClientConnection, ClientConnection, unknown, unknown, ClientConnection];
  for (const gone of [second, last, first]) {
    expect(clients.delete(gone)).toBe(true);
    expect(clients.delete(gone)).toBe(false);
  }
  expect(clients.size).toBe(2);
  expect(new Set(clients)).toEqual(new Set(stubs.slice(2, 4)));
  clients.add(second);
  expect([...clients]).toContain(second);
});

test("whoever goes while all are gone through, the others have their turn", () => {
  const { clients, stubs } = clientsOf(6);
  const seen: ClientConnection[] = [];
  for (const client of clients) {
    seen.push(client);
    // Itself, and one that comes later.
    clients.delete(client);
    clients.delete(stubs[0] as ClientConnection);
  }
  expect(new Set(seen)).toEqual(new Set(stubs.slice(1)));
  expect(clients.size).toBe(0);
});

test("deadlines are looked at of clients that are open", () => {
  const { clients, stubs, swept } = clientsOf(3);
  Object.assign(stubs[1] as object, { isOpen: false });
  clients.sweep(0, 0);
  expect(swept).toEqual([stubs[2], stubs[0]]);
});
