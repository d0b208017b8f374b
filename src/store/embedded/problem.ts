/** Why the embedded server cannot serve this folder: one sentence for the operator, with the way out. Nothing to retry. */
export class EmbeddedProblem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EmbeddedProblem";
  }
}

/** Another `start` or `demo` works on this folder now. */
export class FolderInUse extends EmbeddedProblem {
  /** Process id of the owner, undefined when it lives in another container. */
  readonly pid: number | undefined;

  constructor(dataDir: string, pid: number | undefined) {
    const owner = pid === undefined ? "a Tollgate in another container" : `a running Tollgate, process ${pid}`;
    const stop = pid === undefined ? "stop that one" : `stop that one (\`kill ${pid}\`)`;
    super(`${dataDir} is in use by ${owner}: ${stop}, or set DATA_DIR to another folder.`);
    this.name = "FolderInUse";
    this.pid = pid;
  }
}

/** The code of a failed system call or query (`ENOENT`, `57P03`), undefined when the error has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
