import twilio from "twilio";
import type RequestClient from "twilio/lib/base/RequestClient.js";
import type Http from "twilio/lib/http/response.js";

/** Sends `https://api.twilio.com/x` to `<baseUrl>/api.twilio.com/x`; paging links stay absolute and stay right. */
class LocalRequestClient extends twilio.RequestClient {
  readonly #baseUrl: string;

  constructor(baseUrl: string, timeoutMs: number) {
    super({ timeout: timeoutMs });
    this.#baseUrl = baseUrl;
  }

  override request<Data>(options: RequestClient.RequestOptions<Data>): Promise<Http.default<Data>> {
    const address = new URL(options.uri);
    const uri = `${this.#baseUrl}/${address.hostname}${address.pathname}${address.search}`;
    return super.request({ ...options, uri });
  }
}

/** The official SDK, talking to a stand-in. `accountSid` is needed with an API key. */
export function twilioClient(
  baseUrl: string,
  username: string,
  password: string,
  options: { readonly accountSid?: string; readonly timeoutMs?: number } = {},
): twilio.Twilio {
  return twilio(username, password, {
    httpClient: new LocalRequestClient(baseUrl, options.timeoutMs ?? 10_000),
    ...(options.accountSid === undefined ? {} : { accountSid: options.accountSid }),
  });
}
