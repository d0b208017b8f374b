import type { FastifyInstance } from "fastify";
import type { TeamsTransport } from "./transport.ts";

/** What people press and type is small; cards do not come back. */
const BODY_LIMIT_BYTES = 256 * 1024;
const TEAMS_PATH = "/api/messages";

/**
 * Adds the route that Teams posts to, with a body parser of its own. Whatever goes wrong, the answer's body is empty.
 *
 * `isAnonymous`: without tokens any web page that is open on this machine could press a button, so what a browser can send
 * without asking first is refused.
 */
export function registerTeams(
  fastify: FastifyInstance,
  transport: Pick<TeamsTransport, "handle">,
  { isAnonymous }: { readonly isAnonymous: boolean },
): void {
  fastify.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      isAnonymous ? "application/json" : "*",
      { parseAs: "buffer", bodyLimit: BODY_LIMIT_BYTES },
      (_request, body, done) => done(null, body),
    );
    scope.setErrorHandler(async (error: { readonly statusCode?: number }, _request, reply) =>
      reply.code(error.statusCode ?? 500).send(),
    );
    scope.post(TEAMS_PATH, { bodyLimit: BODY_LIMIT_BYTES }, async (request, reply) => {
      if (isAnonymous && request.headers.origin !== undefined) return reply.code(403).send();
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const answer = await transport.handle({ authorization: request.headers.authorization, body });
      return answer.body === undefined ? reply.code(answer.status).send() : reply.code(answer.status).send(answer.body);
    });
  });
}
