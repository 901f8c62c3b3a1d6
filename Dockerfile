FROM oven/bun:1.4.5-slim AS build
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY .ci .ci
COPY src src
# The bundle alone: nobody reads type declarations in an image.
RUN bun .ci/build.mjs

FROM oven/bun:1.4.5-slim
LABEL org.opencontainers.image.title="whatsapp-token-guard" \
  org.opencontainers.image.description="Keeps a WhatsApp Cloud API backend from running on a bad access token: a boot guard, a health endpoint and a drift log." \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
# PID 1 inherits every orphan of the container. `run` waits for its own command only: tini reaps the others.
RUN apt-get update \
  && apt-get install -y --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
WORKDIR /app
ENV NODE_ENV=production
COPY package.json bunfig.toml LICENSE ./
COPY --from=build /app/dist dist
# By number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Nothing listens before the token has passed: the start period is longer than the boot time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bun", "dist/cli.js", "probe"]
ENTRYPOINT ["tini", "--", "bun", "dist/cli.js"]
CMD ["serve"]
