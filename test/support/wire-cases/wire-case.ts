import type { Packet, ProtocolVersion, ReasonCode } from "../../../src/codec/index.ts";
import { bytes } from "./notation.ts";

/** Who receives the bytes: a "server" receives what clients send, a "client" what servers send. */
export type Role = "server" | "client";

interface WireFrame {
  readonly name: string;
  readonly version: ProtocolVersion;
  readonly role: Role;
  readonly frame: Buffer;
  /** The bytes are the first of their connection; otherwise a server has seen a CONNECT before. */
  readonly opensConnection: boolean;
  readonly maximumPacketSize: number;
}

/** A frame that the standard allows, and what it says. */
export interface AcceptedCase extends WireFrame {
  readonly packet: Packet;
  /** False where the same packet has another form as well, and that is the one that mqtk writes. */
  readonly encodes: boolean;
}

/** A frame that has to end the connection, and the reason code that says why. */
export interface RefusedCase extends WireFrame {
  readonly error: ReasonCode;
}

export type WireCase = AcceptedCase | RefusedCase;

export interface CaseOptions {
  readonly encodes?: boolean;
  readonly opensConnection?: boolean;
  readonly maximumPacketSize?: number;
}

export const UNLIMITED = 5 + 268_435_455;

type OneOrMore<T> = T | readonly T[];

/** Cases for a legal frame, in {@link bytes} notation: one for each of the versions and roles. */
export function accepts(
  versions: OneOrMore<ProtocolVersion>,
  roles: OneOrMore<Role>,
  name: string,
  notation: string,
  packet: Packet,
  options: CaseOptions = {},
): AcceptedCase[] {
  return frames(versions, roles, name, notation, options).map((frame) => ({
    ...frame,
    packet,
    encodes: options.encodes ?? true,
  }));
}

/** Cases for a frame that must be refused, in {@link bytes} notation: one for each of the versions and roles. */
export function refuses(
  versions: OneOrMore<ProtocolVersion>,
  roles: OneOrMore<Role>,
  name: string,
  notation: string,
  error: ReasonCode,
  options: CaseOptions = {},
): RefusedCase[] {
  return frames(versions, roles, name, notation, options).map((frame) => ({ ...frame, error }));
}

const VERSION_NAMES = { 3: "3.1", 4: "3.1.1", 5: "5.0" } as const;

function frames(
  versions: OneOrMore<ProtocolVersion>,
  roles: OneOrMore<Role>,
  name: string,
  notation: string,
  options: CaseOptions,
): WireFrame[] {
  const frame = bytes(notation);
  const { opensConnection = false, maximumPacketSize = UNLIMITED } = options;
  return [versions].flat().flatMap((version) =>
    [roles].flat().map((role) => ({
      name: `${VERSION_NAMES[version]} ${role}: ${name}`,
      version,
      role,
      frame,
      opensConnection,
      maximumPacketSize,
    })),
  );
}
