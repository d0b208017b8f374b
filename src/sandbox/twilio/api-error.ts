/** An answer that is an error: `{code, message, more_info, status}` on the wire. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
  }

  get body(): Record<string, unknown> {
    return {
      code: this.code,
      message: this.message,
      more_info: `https://www.twilio.com/docs/errors/${this.code}`,
      status: this.status,
    };
  }
}

export function unauthenticated(): ApiError {
  return new ApiError(401, 20003, "Authenticate");
}

export function notFound(path: string): ApiError {
  return new ApiError(404, 20404, `The requested resource ${path} was not found`);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 20001, message);
}
