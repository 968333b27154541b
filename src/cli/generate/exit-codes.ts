import { ExitCode } from "../exit-code.ts";

/** The table that README shows. */
export const exitCodes: readonly { readonly code: ExitCode; readonly name: string; readonly meaning: string }[] = [
  { code: ExitCode.SUCCESS, name: "success", meaning: "also when the reader of our output went away" },
  { code: ExitCode.FAILURE, name: "failure", meaning: "not classified: a bug in mqtk, please report it" },
  { code: ExitCode.USAGE, name: "usage", meaning: "options, configuration or input files cannot be used" },
  {
    code: ExitCode.UNREACHABLE,
    name: "unreachable",
    meaning: "no connection (DNS, TCP, `--connect-timeout`), or it was lost for good",
  },
  {
    code: ExitCode.REFUSED,
    name: "refused",
    meaning:
      "the broker said no: CONNACK, SUBACK, PUBACK, PUBREC or DISCONNECT with an error; the reason code is shown. Or (`rr`) the responder said that it failed",
  },
  { code: ExitCode.PROTOCOL, name: "protocol", meaning: "the peer broke the protocol" },
  {
    code: ExitCode.DELIVERY,
    name: "delivery",
    meaning: "messages were lost, duplicated, reordered or corrupted (`bench`), or `sub --expect` was not met",
  },
  { code: ExitCode.TIMEOUT, name: "timeout", meaning: "the time given with `-W` is over (mosquitto's number)" },
  { code: ExitCode.INCONCLUSIVE, name: "inconclusive", meaning: "`bench`: the measurement cannot be trusted" },
  { code: ExitCode.REGRESSION, name: "regression", meaning: "`bench`: slower than the baseline" },
  { code: ExitCode.THRESHOLD, name: "threshold", meaning: "`bench`: an expectation was not met (k6's number)" },
  {
    code: ExitCode.INTERRUPTED,
    name: "interrupted",
    meaning: "stopped by the user before a bounded job (`-C`, a file, `bench`) was done",
  },
];
