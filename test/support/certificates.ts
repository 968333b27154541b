import { type Issued, issueCa, issueClient, issueServer } from "../../src/cli/certificates/issue.ts";

/** A CA and what it issued, for the tests of one file. */
export interface TestCertificates {
  readonly ca: Issued;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly server: Issued;
  /** For the user ann. */
  readonly client: Issued;
}

export async function testCertificates(): Promise<TestCertificates> {
  const ca = await issueCa({ commonName: "mqtk test CA", days: 30 });
  const names = ["localhost", "127.0.0.1", "::1"];
  return {
    ca,
    server: await issueServer(ca, { commonName: "localhost", days: 30, names }),
    client: await issueClient(ca, { commonName: "ann", days: 30 }),
  };
}
