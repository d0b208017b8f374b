/** What a rule answers: the events that it accepts, or one refusal. A refusal is a value that somebody is told, never an exception. */
export type Decision<Event, Refusal extends string> =
  | { readonly accepted: true; readonly events: readonly Event[] }
  | { readonly accepted: false; readonly refusal: Refusal };

export function accept<Event>(...events: readonly Event[]): {
  readonly accepted: true;
  readonly events: readonly Event[];
} {
  return { accepted: true, events };
}

export function refuse<Refusal extends string>(
  refusal: Refusal,
): { readonly accepted: false; readonly refusal: Refusal } {
  return { accepted: false, refusal };
}

/** Ends an exhaustive switch: a new member of the union is a compile error where this is called. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
