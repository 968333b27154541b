import { type AuthPacket, ProtocolError, ReasonCode } from "../../codec/index.ts";
import type { ClientConnection } from "../client-connection.ts";

/**
 * 3.15: an answer to a challenge, or the wish to authenticate again (4.12.1), during which everything else goes on.
 * Only where CONNECT named a method [MQTT-4.12.0-6], and always with the same one.
 */
export function handleAuth(client: ClientConnection, packet: AuthPacket): void {
  const { exchange } = client;
  if (exchange === undefined || packet.properties.authenticationMethod !== exchange.method) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "AUTH: not the authentication method of the CONNECT");
  }
  if (packet.reasonCode === ReasonCode.CONTINUE_AUTHENTICATION) {
    exchange.answer(packet);
    return;
  }
  if (!client.isAdmitted || client.isAuthenticating) {
    throw new ProtocolError(ReasonCode.PROTOCOL_ERROR, "AUTH: an authentication is under way");
  }
  client.isAuthenticating = true;
  authenticateAgain(client, packet).catch((error: unknown) => client.onError(error));
}

async function authenticateAgain(client: ClientConnection, packet: AuthPacket): Promise<void> {
  const { core, exchange, session } = client;
  if (exchange === undefined) {
    return;
  }
  const decision = await exchange.decide(
    core.auth.authenticate({
      clientId: session.clientId,
      userName: undefined,
      password: undefined,
      version: client.version,
      remote: client.remote,
      peer: client.peer,
      allowsAnonymous: client.policy.allowsAnonymous,
      method: exchange.method,
      data: packet.properties.authenticationData,
    }),
  );
  client.isAuthenticating = false;
  if (!client.isOpen) {
    return;
  }
  if (!("identity" in decision)) {
    client.close(decision.reasonCode, "the client could not authenticate again");
    return;
  }
  if (decision.identity !== session.identity) {
    client.close(ReasonCode.NOT_AUTHORIZED, "the session belongs to another user");
    return;
  }
  client.permit(decision.permissions);
  exchange.send(ReasonCode.SUCCESS, decision.data);
}
