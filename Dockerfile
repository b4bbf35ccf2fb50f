# The service, and with it the command line for the jobs around it (`escrowgrid migrate up`, `escrowgrid verify`).
# Every instruction here also works in a plain folder, which is how the tests follow them: a RUN names no absolute path.

# A mirror will do (`--build-arg NODE_IMAGE=…`), as long as it is the Node.js that the tests run.
ARG NODE_IMAGE=node:24.21-trixie-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package may run a script of its own here. What is optional is a PostgreSQL and a Node.js for development.
RUN --mount=type=cache,target=/root/.npm npm ci --omit=optional --ignore-scripts
COPY . .
# Source maps are for those who have the sources.
RUN npm run build && rm dist/.tsbuildinfo && find dist -name '*.js.map' -delete
RUN chmod +x dist/apps/cli/src/main.js && mkdir bin && ln -s ../dist/apps/cli/src/main.js bin/escrowgrid

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev --omit=optional --ignore-scripts
# A package that swagger-ui-dist names, whose script of installation reports to its maker, and which nothing loads.
RUN rm -r node_modules/@scarf

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="EscrowGrid" \
  org.opencontainers.image.description="Escrow back end for institutions that run it on their own PostgreSQL" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production PATH=/app/bin:$PATH
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/bin ./bin
COPY --from=build /app/dist ./dist
# `escrowgrid migrate up` reads the rights of the application's role from this file.
COPY migrations/roles.sql ./migrations/
COPY LICENSE package.json ./
# By number, so that an orchestrator can tell that it is not root.
USER 10001:10001
EXPOSE 4000
STOPSIGNAL SIGTERM
# The base image's entry point is a shell script. Whether all is well is asked of /health/*, by whoever runs this.
ENTRYPOINT []
CMD ["node", "--max-semi-space-size=16", "--max-old-space-size=512", "dist/apps/api/src/main.js"]
