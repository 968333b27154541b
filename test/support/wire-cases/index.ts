import { authCases } from "./auth.ts";
import { connackCases } from "./connack.ts";
import { connectCases } from "./connect.ts";
import { disconnectCases } from "./disconnect.ts";
import { fixedHeaderCases } from "./fixed-header.ts";
import { pingCases } from "./ping.ts";
import { propertyCases } from "./properties.ts";
import { publishCases } from "./publish.ts";
import { publishAckCases } from "./publish-acks.ts";
import { subackCases } from "./suback.ts";
import { subscribeCases } from "./subscribe.ts";
import { truncationCases } from "./truncation.ts";
import { unsubackCases } from "./unsuback.ts";
import { unsubscribeCases } from "./unsubscribe.ts";
import { utf8Cases } from "./utf8.ts";
import type { AcceptedCase, RefusedCase, WireCase } from "./wire-case.ts";

/** What the standards allow and forbid on the wire, written from their text and independent of `src/`. */
export const wireCases: readonly WireCase[] = [
  ...fixedHeaderCases,
  ...connectCases,
  ...connackCases,
  ...publishCases,
  ...publishAckCases,
  ...subscribeCases,
  ...subackCases,
  ...unsubscribeCases,
  ...unsubackCases,
  ...pingCases,
  ...disconnectCases,
  ...authCases,
  ...propertyCases,
  ...utf8Cases,
  ...truncationCases,
];

export const acceptedCases = wireCases.filter((wireCase): wireCase is AcceptedCase => "packet" in wireCase);
export const refusedCases = wireCases.filter((wireCase): wireCase is RefusedCase => "error" in wireCase);
