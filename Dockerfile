# syntax=docker/dockerfile:1
FROM oven/bun:1.4.5-slim AS build
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile
COPY .ci/build.mjs .ci/build.mjs
COPY src src
# The bundle alone: nobody compiles against an image.
RUN bun .ci/build.mjs

FROM oven/bun:1.4.5-slim AS dependencies
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4.5-slim
LABEL org.opencontainers.image.title="whatsapp-token-guard" \
      org.opencontainers.image.description="Keeps a WhatsApp Cloud API backend from running on a bad access token" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.licenses="MIT"
# PID 1: `run` waits for its own command only, and what that command leaves behind has to be reaped by somebody.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends tini \
 && rm -rf /var/lib/apt/lists/* /var/log/*
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json bunfig.toml LICENSE ./
# By number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Nothing listens before the token has passed: the start period is longer than the boot time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bun", "dist/cli.js", "probe"]
ENTRYPOINT ["tini", "--", "bun", "dist/cli.js"]
CMD ["serve"]
