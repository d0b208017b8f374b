import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";

/*
 * Checks requests against Twilio's own OpenAPI documents, which @twilio/cli-core carries.
 * Only requests: the examples of answers break their own schemas here and there.
 */

/** The part of a request that the documents speak about. */
export interface CheckedRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

const Schema = z.object({
  $ref: z.string().optional(),
  type: z.string().optional(),
  format: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  get items() {
    return Schema.optional();
  },
});
type Schema = z.infer<typeof Schema>;

/** Either a `$ref` to one of the document's components, or the parameter itself. */
const Parameter = z.object({
  $ref: z.string().optional(),
  name: z.string().default(""),
  in: z.string().default(""),
  required: z.boolean().optional(),
  schema: Schema.optional(),
});

const Form = z.object({
  properties: z.record(z.string(), Schema).optional(),
  required: z.array(z.string()).optional(),
});

const Operation = z.object({
  operationId: z.string().optional(),
  parameters: z.array(Parameter).optional(),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: Form.optional() })).optional() }).optional(),
});
type Operation = z.infer<typeof Operation>;

const PathItem = z.object({
  servers: z.array(z.object({ url: z.string() })).optional(),
  parameters: z.array(Parameter).optional(),
  get: Operation.optional(),
  post: Operation.optional(),
  put: Operation.optional(),
  patch: Operation.optional(),
  delete: Operation.optional(),
});

const Document = z.object({
  paths: z.record(z.string(), PathItem),
  components: z
    .object({
      schemas: z.record(z.string(), Schema).optional(),
      parameters: z.record(z.string(), Parameter).optional(),
    })
    .optional(),
});
type Document = z.infer<typeof Document>;

const METHODS = ["get", "post", "put", "patch", "delete"] as const;

interface Found {
  readonly document: Document;
  readonly template: string;
  readonly operation: Operation;
  readonly pathValues: Readonly<Record<string, string>>;
}

function folder(): string {
  const require = createRequire(import.meta.url);
  return dirname(require.resolve("@twilio/cli-core/src/services/twilio-api/twilio_api_v2010.json"));
}

/** A path of one of the documents, ready to be matched. */
interface Path {
  readonly document: Document;
  readonly template: string;
  readonly item: z.infer<typeof PathItem>;
  readonly pattern: RegExp;
  /** Of its parameters, in their order. */
  readonly names: readonly string[];
}

// The documents never change while a test runs, and parsing 3 MB for each request would take most of its time.
const loaded = new Map<string, readonly Path[]>();

function pathsOf(host: string): readonly Path[] {
  const known = loaded.get(host);
  if (known !== undefined) return known;
  const product = host.split(".")[0] ?? "";
  const paths = readdirSync(folder())
    .filter((name) => name.startsWith(`twilio_${product}_`) && name.endsWith(".json"))
    .map((name) => Document.parse(JSON.parse(readFileSync(join(folder(), name), "utf8"))))
    .flatMap((document) =>
      Object.entries(document.paths)
        .filter(([, item]) => item.servers?.some((server) => server.url === `https://${host}`) === true)
        .map(([template, item]) => ({ document, template, item, ...patternOf(template) })),
    );
  loaded.set(host, paths);
  return paths;
}

function patternOf(template: string): Pick<Path, "pattern" | "names"> {
  const names: string[] = [];
  const pattern = template
    .replace(/[.*+?^$()|[\]\\]/g, "\\$&")
    .replace(/\{([^}]+)\}/g, (_all, name: string) => `([^/]+${names.push(name) > 0 ? "?" : ""})`);
  return { pattern: new RegExp(`^${pattern}$`), names };
}

/** The operation that the request means. A literal path wins over one with parameters. */
function find(request: CheckedRequest): Found | string {
  const method = METHODS.find((name) => name === request.method.toLowerCase());
  const [best] = pathsOf(request.host)
    .filter(({ pattern }) => pattern.test(request.path))
    .sort((a, b) => a.names.length - b.names.length);
  if (best === undefined) return "no such path";
  const operation = method === undefined ? undefined : best.item[method];
  if (operation === undefined) return `${best.template} has no ${request.method}`;
  const parameters = [...(best.item.parameters ?? []), ...(operation.parameters ?? [])].map(
    (parameter) => best.document.components?.parameters?.[lastPart(parameter.$ref)] ?? parameter,
  );
  const values = best.pattern.exec(request.path) ?? [];
  const pathValues = Object.fromEntries(best.names.map((name, index) => [name, values[index + 1] ?? ""]));
  return { document: best.document, template: best.template, operation: { ...operation, parameters }, pathValues };
}

/** Everything about this request that Twilio's documents do not allow. Empty when it is clean. */
export function openApiProblems(request: CheckedRequest): string[] {
  const found = find(request);
  const title = `${request.method} ${request.host}${request.path}`;
  if (typeof found === "string") return [`${title}: ${found}`];
  return [...pathProblems(found), ...queryProblems(found, request), ...formProblems(found, request)].map(
    (problem) => `${title}: ${problem}`,
  );
}

function pathProblems({ document, operation, pathValues }: Found): string[] {
  return Object.entries(pathValues).flatMap(([name, value]) => {
    const schema = operation.parameters?.find(
      (parameter) => parameter.in === "path" && parameter.name === name,
    )?.schema;
    return valueProblems(document, `path parameter ${name}`, value, schema);
  });
}

function queryProblems({ document, operation }: Found, request: CheckedRequest): string[] {
  const known = (operation.parameters ?? []).filter((parameter) => parameter.in === "query");
  const schemas = new Map(known.map((parameter) => [parameter.name, parameter.schema]));
  const needed = known.filter((parameter) => parameter.required === true).map((parameter) => parameter.name);
  return fieldProblems(document, "query", request.query, schemas, needed);
}

function formProblems({ document, operation }: Found, request: CheckedRequest): string[] {
  const form = operation.requestBody?.content?.["application/x-www-form-urlencoded"]?.schema;
  const schemas = new Map(Object.entries(form?.properties ?? {}));
  return fieldProblems(document, "form", request.form, schemas, form?.required ?? []);
}

function fieldProblems(
  document: Document,
  where: string,
  fields: URLSearchParams,
  schemas: ReadonlyMap<string, Schema | undefined>,
  needed: readonly string[],
): string[] {
  const problems = needed.filter((name) => !fields.has(name)).map((name) => `${where} parameter ${name} is missing`);
  for (const name of new Set(fields.keys())) {
    const values = fields.getAll(name);
    if (!schemas.has(name)) {
      problems.push(`${where} parameter ${name} is unknown`);
      continue;
    }
    const schema = resolve(document, schemas.get(name));
    const isList = schema?.type === "array";
    if (!isList && values.length > 1) problems.push(`${where} parameter ${name} is repeated`);
    for (const value of values) {
      problems.push(...valueProblems(document, `${where} parameter ${name}`, value, isList ? schema.items : schema));
    }
  }
  return problems;
}

function resolve(document: Document, schema: Schema | undefined): Schema | undefined {
  return document.components?.schemas?.[lastPart(schema?.$ref)] ?? schema;
}

/** `call_enum_status` of `#/components/schemas/call_enum_status`. */
function lastPart(reference: string | undefined): string {
  return reference?.split("/").at(-1) ?? "";
}

function valueProblems(document: Document, what: string, value: string, unresolved: Schema | undefined): string[] {
  const schema = resolve(document, unresolved);
  if (schema === undefined) return [];
  const problems: string[] = [];
  const expect = (isRight: boolean, expectation: string): void => {
    if (!isRight) problems.push(`${what} must ${expectation}, got ${JSON.stringify(value)}`);
  };
  if (schema.enum !== undefined) expect(schema.enum.includes(value), `be one of ${schema.enum.join(", ")}`);
  if (schema.pattern !== undefined) expect(new RegExp(schema.pattern).test(value), `match ${schema.pattern}`);
  if (schema.minLength !== undefined) expect(value.length >= schema.minLength, `have ${schema.minLength} characters`);
  if (schema.maxLength !== undefined)
    expect(value.length <= schema.maxLength, `have at most ${schema.maxLength} characters`);
  if (schema.type === "boolean") expect(/^(true|false)$/.test(value), "be true or false");
  if (schema.type === "integer") expect(/^-?\d+$/.test(value), "be a whole number");
  if (schema.type === "number") expect(/^-?\d+(\.\d+)?$/.test(value), "be a number");
  if (schema.minimum !== undefined) expect(Number(value) >= schema.minimum, `be at least ${schema.minimum}`);
  if (schema.maximum !== undefined) expect(Number(value) <= schema.maximum, `be at most ${schema.maximum}`);
  // Usage records also take offsets: "-30days".
  if (schema.format === "date") expect(/^(\d{4}-\d{2}-\d{2}|[+-]\d+days)$/.test(value), "be a date");
  if (schema.format === "date-time") expect(!Number.isNaN(Date.parse(value)), "be a date with time");
  if (schema.format === "uri") expect(value === "" || URL.canParse(value), "be an address");
  return problems;
}
