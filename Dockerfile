# Tollgate without a root user. Its data (the embedded database, rotated tokens) is in the volume /app/data.
FROM node:22-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build

FROM node:22-slim
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json ./
# `prepare` looks for the compiler here, finds none, and leaves dist alone.
COPY scripts scripts
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /app/dist dist
# For scripts/teams-package.js, whose `--out -` needs no folder that may be written to.
COPY teams teams
RUN install -d -o node -g node -m 700 data
USER node
VOLUME /app/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Not through npm, so that SIGTERM arrives.
CMD ["node", "dist/main.js", "start"]
