import { badRequest } from "./api-error.ts";
import type { ApiAnswer, ApiCall } from "./route.ts";
import { ok } from "./route.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE = { usual: 50, most: 1000 } as const;

interface Window {
  readonly page: number;
  readonly size: number;
  readonly start: number;
  readonly end: number;
  addressOf(page: number | undefined): string | null;
}

function whole(call: ApiCall, name: string, otherwise: number): number {
  const text = call.query.get(name);
  if (text === null) return otherwise;
  if (!/^\d+$/.test(text)) throw badRequest(`${name} must be a number`);
  return Number(text);
}

function windowOf(call: ApiCall, total: number): Window {
  const size = Math.min(PAGE.most, Math.max(1, whole(call, "PageSize", PAGE.usual)));
  const page = whole(call, "Page", 0);
  const start = page * size;
  return {
    page,
    size,
    start,
    end: Math.min(total, start + size),
    addressOf: (wanted) => {
      if (wanted === undefined || wanted < 0 || (wanted > 0 && wanted * size >= total)) return null;
      const query = new URLSearchParams(call.query);
      query.set("PageSize", String(size));
      query.set("Page", String(wanted));
      // Opaque to clients; only a page after the first has one.
      if (wanted > 0) query.set("PageToken", `PT${wanted}-${size}`);
      else query.delete("PageToken");
      return `${call.request.path}?${query}`;
    },
  };
}

/** A page in the way of the 2010-04-01 API: addresses are relative. */
export function page2010<Item>(
  call: ApiCall,
  key: string,
  items: readonly Item[],
  render: (item: Item) => Record<string, unknown>,
): ApiAnswer {
  const window = windowOf(call, items.length);
  return ok({
    [key]: items.slice(window.start, window.end).map(render),
    first_page_uri: window.addressOf(0),
    next_page_uri: window.addressOf(window.page + 1),
    previous_page_uri: window.page === 0 ? null : window.addressOf(window.page - 1),
    uri: window.addressOf(window.page),
    page: window.page,
    page_size: window.size,
    start: window.start,
    end: Math.max(window.start, window.end - 1),
  });
}

/** A page in the way of every newer API: `meta` with absolute addresses. */
export function pageWithMeta<Item>(
  call: ApiCall,
  key: string,
  items: readonly Item[],
  render: (item: Item) => Record<string, unknown>,
): ApiAnswer {
  const window = windowOf(call, items.length);
  const absolute = (address: string | null): string | null =>
    address === null ? null : `https://${call.request.host}${address}`;
  return ok({
    [key]: items.slice(window.start, window.end).map(render),
    meta: {
      key,
      page: window.page,
      page_size: window.size,
      first_page_url: absolute(window.addressOf(0)),
      next_page_url: absolute(window.addressOf(window.page + 1)),
      previous_page_url: window.page === 0 ? null : absolute(window.addressOf(window.page - 1)),
      url: absolute(window.addressOf(window.page)),
    },
  });
}
