import { isJson, type Json } from "./json.ts";

/** Looks at one value and adds a line, in Slack's own words with a JSON pointer, for everything that Slack would refuse. */
export type Check = (value: unknown, pointer: string, problems: string[]) => void;

export function problem(problems: string[], words: string, pointer: string): void {
  problems.push(`${words} [json-pointer:${pointer}]`);
}

export const anything: Check = () => {};

export const flag: Check = (value, pointer, problems) => {
  if (typeof value !== "boolean") problem(problems, "must be a boolean", pointer);
};

export function text(max: number, min = 1): Check {
  return (value, pointer, problems) => {
    if (typeof value !== "string") problem(problems, "must be a string", pointer);
    else if (value.length > max) problem(problems, `must be less than ${max + 1} characters`, pointer);
    else if (value.length < min) problem(problems, `must be more than ${min - 1} characters`, pointer);
  };
}

export function webAddress(max: number): Check {
  const length = text(max);
  return (value, pointer, problems) => {
    length(value, pointer, problems);
    if (typeof value === "string" && !/^(https?:\/\/|mailto:|tel:|slack:)/i.test(value)) {
      problem(problems, "invalid url", pointer);
    }
  };
}

export function whole(min: number, max: number): Check {
  return (value, pointer, problems) => {
    if (typeof value !== "number" || !Number.isInteger(value)) problem(problems, "must be an integer", pointer);
    else if (value < min || value > max) problem(problems, `must be between ${min} and ${max}`, pointer);
  };
}

export function oneOf(...words: readonly string[]): Check {
  return (value, pointer, problems) => {
    if (typeof value !== "string" || !words.includes(value)) {
      problem(problems, `must be one of: ${words.join(", ")}`, pointer);
    }
  };
}

export function list(check: Check, max: number, min = 1): Check {
  return (value, pointer, problems) => {
    if (!Array.isArray(value)) {
      problem(problems, "must be an array", pointer);
      return;
    }
    if (value.length > max) problem(problems, `no more than ${max} items allowed`, pointer);
    if (value.length < min) problem(problems, `no less than ${min} items allowed`, pointer);
    for (const [index, item] of value.entries()) check(item, `${pointer}/${index}`, problems);
  };
}

export type Fields = Readonly<Record<string, Check>>;

/** An object with these fields and no others: Slack refuses a field that it does not know. */
export function shape(required: Fields, optional: Fields = {}, also?: (object: Json) => string | undefined): Check {
  return (value, pointer, problems) => {
    if (!isJson(value)) {
      problem(problems, "must be an object", pointer);
      return;
    }
    for (const name of Object.keys(required)) {
      if (value[name] === undefined) problem(problems, `missing required field: ${name}`, pointer);
    }
    for (const [name, field] of Object.entries(value)) {
      if (field === undefined) continue;
      const check = required[name] ?? optional[name];
      if (check === undefined) problem(problems, `invalid additional property: ${name}`, pointer);
      else check(field, `${pointer}/${name}`, problems);
    }
    const words = also?.(value);
    if (words !== undefined) problem(problems, words, pointer);
  };
}

/** Chooses the check by the object's `type`. */
export function byType(kinds: Readonly<Record<string, Check>>): Check {
  return (value, pointer, problems) => {
    const type = isJson(value) ? value["type"] : undefined;
    if (typeof type !== "string") problem(problems, "missing required field: type", pointer);
    else if (!Object.hasOwn(kinds, type)) problem(problems, `unsupported type: ${type}`, `${pointer}/type`);
    else kinds[type]?.(value, pointer, problems);
  };
}
