/** Reads `tollgate.yml`: every problem with its line, path, value and expectation. */
import { type Document, isMap, isNode, isScalar, LineCounter, type ParsedNode, parseDocument } from "yaml";
import type { z } from "zod";
import { nearest } from "../lib/nearest.ts";
import { type Policy, withDigest } from "./policy.ts";
import { knownNames, normalised, PolicyFile } from "./policy-schema.ts";

export type PolicyResult =
  | { readonly ok: true; readonly policy: Policy }
  | { readonly ok: false; readonly problems: readonly string[] };

interface Located {
  readonly line: number;
  readonly text: string;
}

interface Source {
  readonly document: Document.Parsed<ParsedNode>;
  readonly lines: LineCounter;
  readonly content: unknown;
}

/** Values that stay out of messages: they may be private or hold a credential. */
const UNSPOKEN = new Set<PropertyKey>(["phone", "command"]);
const MAX_SHOWN = 40;

export function parsePolicy(source: {
  readonly text: string;
  readonly fileName: string;
  readonly dataDir: string;
}): PolicyResult {
  const { text, fileName, dataDir } = source;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  if (document.errors.length > 0) {
    return failed(
      fileName,
      document.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        text: `this is not valid YAML: ${error.message.split("\n")[0]?.replace(/ at line \d+.*$/, "")}`,
      })),
    );
  }
  const content = toPlain(document);
  if (!content.ok) return failed(fileName, [{ line: 1, text: content.problem }]);
  const read: Source = { document, lines, content: content.value };
  const parsed = PolicyFile.safeParse(content.value);
  const problems = [
    ...(parsed.success ? [] : parsed.error.issues.flatMap((issue) => describe(issue, read))),
    ...duplicates(read),
  ];
  if (!parsed.success || problems.length > 0) return failed(fileName, problems);
  return { ok: true, policy: withDigest(normalised(parsed.data, dataDir)) };
}

function failed(fileName: string, problems: readonly Located[]): PolicyResult {
  const inOrder = [...problems].sort((one, other) => one.line - other.line);
  return { ok: false, problems: inOrder.map(({ line, text }) => `${fileName}:${line}: ${text}`) };
}

function toPlain(
  document: Document.Parsed<ParsedNode>,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string } {
  try {
    return { ok: true, value: document.toJS() ?? {} };
  } catch (error) {
    // An alias that leads nowhere, or so many that they would fill the memory.
    return { ok: false, problem: `this cannot be read: ${error instanceof Error ? error.message : "broken alias"}` };
  }
}

function describe(issue: z.core.$ZodIssue, source: Source): readonly Located[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      line: lineOf(source, [...issue.path, key]),
      text: unknownName(issue.path, key),
    }));
  }
  const { path } = issue;
  if (issue.code === "invalid_key") {
    const expected = issue.issues[0]?.message ?? "another name";
    return [
      { line: lineOf(source, path), text: `${pathText(path)} is not a name for this place, expected ${expected}` },
    ];
  }
  const value = valueAt(source.content, path);
  const hint = typeof value === "string" ? didYouMean(value, wordsOf(issue)) : "";
  const subject = path.length === 0 ? "the file" : pathText(path);
  return [{ line: lineOf(source, path), text: `${subject} ${kindOf(value, path)}, expected ${issue.message}${hint}` }];
}

function unknownName(path: readonly PropertyKey[], key: string): string {
  if (path[0] === "policy" && path.length === 1 && (key === "reactivate-subaccount" || key === "restore-geo-regions")) {
    const follows = key === "reactivate-subaccount" ? "suspend-subaccount" : "disable-geo-regions";
    return `policy.${key} is not a setting: an undo follows the policy of ${follows}`;
  }
  const known = knownNames(path);
  return `${pathText([...path, key])} is not a setting${didYouMean(key, known) || `, expected one of ${known.join(", ")}`}`;
}

function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = nearest(word, candidates);
  return meant === undefined ? "" : ` (did you mean ${meant}?)`;
}

function wordsOf(issue: z.core.$ZodIssue): readonly string[] {
  return issue.code === "invalid_value" ? issue.values.filter((value) => typeof value === "string") : [];
}

function kindOf(value: unknown, path: readonly PropertyKey[]): string {
  if (value === undefined) return "is missing";
  if (value === null) return "is empty";
  if (Array.isArray(value)) return value.length === 0 ? "is an empty list" : "is a list";
  if (typeof value === "object") return "is a mapping";
  const kind = typeof value === "string" ? "the text" : typeof value === "number" ? "the number" : "the value";
  const last = path.at(-1);
  if (last !== undefined && UNSPOKEN.has(last)) return `is ${kind.replace("the", "a")} of another form`;
  const shown = JSON.stringify(value);
  return `is ${kind} ${shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN)}…` : shown}`;
}

/** Two people with one id or one chat user would make "who clicked" a guess. Looked for even when other things are wrong. */
function duplicates(source: Source): readonly Located[] {
  const people = valueAt(source.content, ["people"]);
  if (!Array.isArray(people)) return [];
  return ["id", "slack", "teams"].flatMap((name) => {
    const firstAt = new Map<string, number>();
    return people.flatMap((_, index): readonly Located[] => {
      const path = ["people", index, name];
      const value = valueAt(source.content, path);
      if (typeof value !== "string") return [];
      const key = value.toLowerCase();
      const first = firstAt.get(key);
      if (first === undefined) {
        firstAt.set(key, index);
        return [];
      }
      const text = `${pathText(path)} is the text ${JSON.stringify(value)} again, expected a value that people[${first}] does not have`;
      return [{ line: lineOf(source, path), text }];
    });
  });
}

function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === String(step))?.[1];
  }
  return value;
}

/** The line of the deepest part of the path that is there; for a name, the line of the name itself. */
function lineOf({ document, lines }: Source, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  if (isNode(node)) offset = node.range?.[0] ?? 0;
  for (const step of path) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
      if (pair === undefined) break;
      if (isNode(pair.key)) offset = pair.key.range?.[0] ?? offset;
      next = pair.value;
    } else if (isNode(node) && "items" in node && typeof step === "number") {
      next = Array.isArray(node.items) ? node.items[step] : undefined;
      if (isNode(next)) offset = next.range?.[0] ?? offset;
    }
    if (next === undefined || next === null) break;
    node = next;
  }
  return lines.linePos(offset).line;
}

/** `people[1].roles[0]`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return text === "" ? String(step) : `${text}.${String(step)}`;
  }, "");
}
