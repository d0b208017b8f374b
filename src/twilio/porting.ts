import { isFault } from "../lib/fault.ts";
import type { Tripwires } from "../setup/contract.ts";
import type { TwilioClient } from "./sdk.ts";

type Parent = <Answer>(work: (client: TwilioClient) => Promise<Answer>) => Promise<Answer>;

/** The webhook that says when numbers come and go: one for the main account and its subaccounts. */
export function createPorting(parent: Parent): Pick<Tripwires, "portingWebhook" | "setPortingWebhook"> {
  return {
    portingWebhook: () =>
      parent(async (client) => {
        try {
          const { portInTargetUrl, portOutTargetUrl, notificationsOf } = await client.numbers.v1.webhook.fetch();
          return {
            portInUrl: nonEmpty(portInTargetUrl),
            portOutUrl: nonEmpty(portOutTargetUrl),
            notificationsOf: notificationsOf ?? [],
          };
        } catch (error) {
          if (isFault(error, "not-found")) return null;
          throw error;
        }
      }),
    // The body is open in Twilio's OpenAPI document, so its names pass as they are.
    setPortingWebhook: ({ portInUrl, portOutUrl, notificationsOf }) =>
      parent(async (client) => {
        await client.numbers.v1.portingWebhookConfigurations.create({
          ...(portInUrl === null ? {} : { port_in_target_url: portInUrl }),
          ...(portOutUrl === null ? {} : { port_out_target_url: portOutUrl }),
          notifications_of: notificationsOf,
        });
      }),
  };
}

function nonEmpty(url: string | null | undefined): string | null {
  return url === undefined || url === "" ? null : url;
}
