import { ReasonCode } from "../../codec/index.ts";
import type { PeerIdentity } from "../../transport/index.ts";
import { everything } from "./anonymous.ts";
import type { Accepted, Answer, Auth, ConnectAttempt, Identity, Permissions, Refusal } from "./auth.ts";
import type { Passwords } from "./password-file.ts";
import type { PasswordHash } from "./password-hash.ts";

export interface UsersOptions {
  /** Undefined: nobody has a password, and user names mean nothing. */
  readonly passwords: Passwords | undefined;
  /** Whether clients come in that show neither a user name nor a certificate nor a key. */
  readonly allowsAnonymous: boolean;
}

/** Checks that go on at a time: they use the threads that also read files. */
const CONCURRENT_CHECKS = 2;
/** Clients that wait for theirs; more are told to come again. */
const MAXIMUM_WAITING = 500;

/**
 * Lets in who has a password, a client certificate that the listener checked, or a pre-shared key; all of them may do
 * everything. A user name counts more than a certificate: whoever gives one needs its password.
 */
export class Users implements Auth {
  private options: UsersOptions;
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  /** Of users who came in, by name. */
  private readonly rights = new Map<string, UserRights>();

  constructor(options: UsersOptions) {
    this.options = options;
  }

  /** Who has gone, or has another password, has no rights any more; tell the broker so (`rightsChanged`). */
  replace(options: UsersOptions): void {
    const before = this.options.passwords;
    this.options = options;
    for (const [name, rights] of this.rights) {
      if (!isSame(before?.get(name), options.passwords?.get(name))) {
        rights.isRevoked = true;
        this.rights.delete(name);
      }
    }
  }

  authenticate(attempt: ConnectAttempt): Answer | Promise<Answer> {
    if (attempt.method !== undefined) return refused(ReasonCode.BAD_AUTHENTICATION_METHOD);
    const { passwords, allowsAnonymous } = this.options;
    if (attempt.userName !== undefined && passwords !== undefined) {
      return this.checkPassword(passwords, attempt.userName, attempt.password ?? Buffer.alloc(0));
    }
    const { peer } = attempt;
    if (peer !== undefined) {
      const identity = identityOf(peer);
      return identity === undefined ? refused(ReasonCode.NOT_AUTHORIZED) : accepted(identity);
    }
    return (attempt.allowsAnonymous ?? allowsAnonymous) ? accepted("") : refused(ReasonCode.NOT_AUTHORIZED);
  }

  private async checkPassword(passwords: Passwords, name: string, password: Uint8Array): Promise<Accepted | Refusal> {
    const known = passwords.get(name);
    // Nobody shall learn from the time it takes which users there are.
    const hash = known ?? mostCostly(passwords);
    if (hash === undefined) return refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    if (hash.cost > 0 && this.running >= CONCURRENT_CHECKS) {
      if (this.waiting.length >= MAXIMUM_WAITING) return refused(ReasonCode.SERVER_BUSY);
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.running += 1;
    try {
      const isRight = await hash.verify(password);
      // The list may be another one by now.
      return isRight && isSame(known, this.options.passwords?.get(name))
        ? { identity: `user:${name}`, permissions: this.rightsOf(name) }
        : refused(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
    } finally {
      this.running -= 1;
      this.waiting.shift()?.();
    }
  }

  private rightsOf(name: string): UserRights {
    let rights = this.rights.get(name);
    if (rights === undefined) {
      rights = new UserRights();
      this.rights.set(name, rights);
    }
    return rights;
  }
}

/** Everything, as long as the user has this password. */
class UserRights implements Permissions {
  isRevoked = false;

  mayPublish(): boolean {
    return !this.isRevoked;
  }

  maySubscribe(): boolean {
    return !this.isRevoked;
  }

  mayReceive(): boolean {
    return !this.isRevoked;
  }
}

/** Two entries for one password; none is not the same as none. */
function isSame(one: PasswordHash | undefined, other: PasswordHash | undefined): boolean {
  return one !== undefined && one.mark === other?.mark;
}

/**
 * Who a certificate or a key stands for; undefined where the name could be taken for more than a name (`+`, `#`, `/`) or
 * is none.
 */
function identityOf({ certificate, psk }: PeerIdentity): Identity | undefined {
  const name = certificate?.commonName ?? psk ?? "";
  if (name === "" || /[+#/\p{Cc}\ufffd]/u.test(name)) return undefined;
  return `${certificate === undefined ? "psk" : "certificate"}:${name}`;
}

function mostCostly(passwords: Passwords): PasswordHash | undefined {
  let found: PasswordHash | undefined;
  for (const hash of passwords.values()) if (found === undefined || hash.cost > found.cost) found = hash;
  return found;
}

function accepted(identity: Identity): Accepted {
  return { identity, permissions: everything };
}

function refused(reasonCode: ReasonCode): Refusal {
  return { reasonCode };
}
