import { type AuthPacket, type AuthProperties, PacketType, ProtocolError, ReasonCode } from "../codec/index.ts";
import type { Accepted, Answer, Refusal } from "./auth/auth.ts";
import type { ClientConnection } from "./client-connection.ts";

/** A method that has not decided after so many answers never will. */
const ROUNDS = 10;

/**
 * Enhanced authentication (4.12) on one connection: challenges and answers, all under the method that CONNECT named.
 * It serves CONNECT and, later, any re-authentication.
 */
export class AuthExchange {
  readonly method: string;
  private readonly client: Pick<ClientConnection, "send">;
  private answered: ((data: Uint8Array | undefined) => void) | undefined;

  constructor(method: string, client: Pick<ClientConnection, "send">) {
    this.method = method;
    this.client = client;
  }

  /** Hands challenges to the client and its answers to the method, until that has decided. */
  async decide(first: Answer | Promise<Answer>): Promise<Accepted | Refusal> {
    let answer = await first;
    for (let round = 0; "respond" in answer; round += 1) {
      if (round === ROUNDS) {
        return { reasonCode: ReasonCode.NOT_AUTHORIZED };
      }
      this.send(ReasonCode.CONTINUE_AUTHENTICATION, answer.challenge);
      const data = await new Promise<Uint8Array | undefined>((resolve) => {
        this.answered = resolve;
      });
      answer = await answer.respond(data);
    }
    return answer;
  }

  /** The client's answer to a challenge. */
  answer(packet: AuthPacket): void {
    const { answered } = this;
    if (answered === undefined) {
      throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "AUTH: nothing was asked");
    }
    this.answered = undefined;
    answered(packet.properties.authenticationData);
  }

  send(reasonCode: ReasonCode, data: Uint8Array | undefined): void {
    this.client.send({ type: PacketType.AUTH, reasonCode, properties: this.properties(data) });
  }

  /** [MQTT-4.12.0-5] The method is repeated in everything that belongs to the exchange. */
  properties(data: Uint8Array | undefined): AuthProperties {
    return { authenticationMethod: this.method, ...(data === undefined ? {} : { authenticationData: data }) };
  }
}
