import { z } from "zod";
import type { Config } from "../config.ts";
import { type Answer, ask, jsonOf } from "./ask.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";

const Up = z.object({ status: z.literal("up") });
const Readiness = z.object({
  status: z.string(),
  troubles: z.array(z.object({ part: z.string(), problem: z.string() })),
});

/**
 * Whether a running Tollgate is behind PUBLIC_URL. `isThere` is false after the last finding when it is not: then nothing more
 * can be asked through that address.
 */
export function createAddressLook({ publicUrl, port }: Config["environment"]["server"]): {
  look(): AsyncGenerator<Finding>;
  isThere(): boolean;
} {
  let isThere = false;
  return {
    isThere: () => isThere,
    async *look() {
      const answer = await ask(`${publicUrl}/healthz`);
      if (!isUp(answer)) {
        yield missing(await whyNotThere(publicUrl, port, answer));
        return;
      }
      isThere = true;
      yield ok(`Tollgate answers at ${publicUrl}.`);
      yield* await lookAtReadiness(publicUrl);
    },
  };
}

async function lookAtReadiness(publicUrl: string): Promise<readonly Finding[]> {
  const answer = await ask(`${publicUrl}/readyz`);
  const read = answer.isSilent ? undefined : Readiness.safeParse(jsonOf(answer.text)).data;
  if (answer.isSilent || read === undefined) return [warning("/readyz does not answer as Tollgate's does.")];
  const isReady = answer.status === 200;
  return [
    isReady ? ok("It can store what Twilio says.") : missing("/readyz: it cannot store what Twilio says."),
    ...read.troubles.map(({ part, problem }) => warning(`/readyz, ${part}: ${problem}`)),
  ];
}

function isUp(answer: Answer): boolean {
  return !answer.isSilent && answer.status === 200 && Up.safeParse(jsonOf(answer.text)).success;
}

/** Our own words for an unknown path: then it is Tollgate that answers, and the path that is wrong. */
function isTollgates404(answer: Answer): boolean {
  return !answer.isSilent && answer.status === 404 && jsonOf(answer.text)?.["error"] === "there is nothing here";
}

async function whyNotThere(publicUrl: string, port: number, answer: Answer): Promise<string> {
  if (isTollgates404(answer)) return wrongPath(publicUrl);
  const said = answer.isSilent ? answer.why : `it answers ${answer.status}, and not as Tollgate does`;
  const isHere = port !== 0 && isUp(await ask(`http://127.0.0.1:${port}/healthz`));
  const wayOut = isHere
    ? `Tollgate does run on port ${port} of this machine: look at the proxy, the host name and the firewall.`
    : `Tollgate does not run on this machine${port === 0 ? "" : `'s port ${port}`} either: start it in another terminal (README.md, Run it) and run doctor again.`;
  return `Tollgate cannot be reached at ${publicUrl}: ${said}. ${wayOut} What comes in through it was not checked.`;
}

function wrongPath(publicUrl: string): string {
  const path = new URL(publicUrl).pathname.replace(/\/$/, "");
  const wayOut =
    path === ""
      ? "the proxy changes the path: let it pass /healthz, /twilio/…, /slack/… and /api/… on as they come"
      : `the proxy must take ${path} away before it passes a request on, and nothing more`;
  return `Tollgate answers at ${publicUrl}, but does not find its own paths there: ${wayOut}.`;
}
