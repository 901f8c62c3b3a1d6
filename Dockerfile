FROM oven/bun:1.4.5-slim AS dependencies
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production --ignore-scripts

FROM oven/bun:1.4.5-slim
WORKDIR /app
ENV NODE_ENV=production
COPY --from=dependencies /app/node_modules ./node_modules
COPY package.json bunfig.toml ./
COPY src ./src
# By number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Nothing listens before the token has passed: the start period is longer than the boot time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["bun", "src/cli.ts", "probe"]
ENTRYPOINT ["bun", "src/cli.ts"]
CMD ["serve"]
