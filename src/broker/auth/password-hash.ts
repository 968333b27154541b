import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from "node:crypto";
import { UsageError } from "../../errors.ts";

/** What is kept of a password. */
export interface PasswordHash {
  /** How much work a check is; 0: none worth speaking of. */
  readonly cost: number;
  /** The same for the same entry of a file, and of no use to guess the password from. */
  readonly mark: string;
  /** Whether this is the password; takes as long whether it is or not. */
  verify(password: Uint8Array): Promise<boolean>;
}

/**
 * Reads what stands behind the name in a password file: `$7$iterations$salt$hash` (PBKDF2 with SHA-512, what
 * mosquitto_passwd 2.0 writes), `$6$salt$hash` (one round of SHA-512, older ones), or the password itself.
 * Throws UsageError for other hashes and for broken ones.
 */
export function passwordHashFrom(text: string): PasswordHash {
  const kind = /^\$([a-z0-9-]+)\$/.exec(text)?.[1];
  switch (kind) {
    case undefined:
      return plain(text);
    case "7":
      return pbkdf2Hash(text);
    case "6":
      return sha512Hash(text);
    default:
      throw new UsageError(
        `${kind.startsWith("argon2") ? "argon2" : `$${kind}$`} is a hash that mqtk does not know`,
        "mosquitto_passwd -H sha512-pbkdf2 writes one that it knows",
      );
  }
}

/** Keys of this process alone: comparing their digests takes the same time for any two passwords. */
const secret = randomBytes(32);

function plain(password: string): PasswordHash {
  const digestOf = (bytes: Uint8Array): Buffer => createHmac("sha256", secret).update(bytes).digest();
  const expected = digestOf(Buffer.from(password));
  const mark = expected.toString("base64");
  return { cost: 0, mark, verify: async (given) => timingSafeEqual(digestOf(given), expected) };
}

function pbkdf2Hash(text: string): PasswordHash {
  const [, , iterationsText = "", saltText = "", hashText = ""] = text.split("$");
  const iterations = /^\d{1,8}$/.test(iterationsText) ? Number(iterationsText) : 0;
  const salt = fromBase64(saltText);
  const expected = fromBase64(hashText);
  if (iterations < 1 || salt === undefined || expected?.length !== 64) throw broken();
  return {
    cost: iterations,
    mark: text,
    verify: (given) =>
      new Promise((resolve, reject) => {
        // In a thread of libuv's pool, not here.
        pbkdf2(given, salt, iterations, expected.length, "sha512", (error, hash) => {
          if (error) reject(error);
          else resolve(timingSafeEqual(hash, expected));
        });
      }),
  };
}

function sha512Hash(text: string): PasswordHash {
  const [, , saltText = "", hashText = ""] = text.split("$");
  const salt = fromBase64(saltText);
  const expected = fromBase64(hashText);
  if (salt === undefined || expected?.length !== 64) throw broken();
  const digestOf = (bytes: Uint8Array): Buffer => createHash("sha512").update(bytes).update(salt).digest();
  return { cost: 0, mark: text, verify: async (given) => timingSafeEqual(digestOf(given), expected) };
}

function fromBase64(text: string): Buffer | undefined {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : undefined;
}

function broken(): UsageError {
  return new UsageError("the hash of the password is broken", "mosquitto_passwd writes it anew");
}
