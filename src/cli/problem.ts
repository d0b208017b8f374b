/** Ends a command with a sentence that names the way out. */
export class Problem extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Problem";
  }
}

/** https://nodejs.org/api/errors.html#common-system-errors */
const CANNOT_LISTEN: Readonly<Record<string, (place: string) => string>> = {
  EADDRINUSE: (place) => `${place} is taken by another program: stop that one, or set PORT to a free port.`,
  EACCES: (place) => `${place} may not be used by this user: set PORT to 1024 or above.`,
  EADDRNOTAVAIL: (place) => `${place} is not an address of this machine: set HOST to 0.0.0.0 or to one that is.`,
};

/** Why a command could not do its work, for a person. Messages of ours, of `Fault` and of the operating system are safe to show. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return "failed without saying why";
  const { syscall, code, address, port } = Object.assign({ syscall: "", code: "", address: "", port: "" }, error);
  const listen = syscall === "listen" ? CANNOT_LISTEN[code] : undefined;
  return listen === undefined ? error.message : listen(`port ${port} on ${address}`);
}
