# Renovate renews Debian's digest, which is that of all architectures, and adds one to Bun's tag.
ARG BUN_IMAGE=oven/bun:1.4.5-slim
ARG DEBIAN_IMAGE=debian:13.7-slim@sha256:a99cfc517144bc59b1978475ec53b46ecabec7e43635402ee5b77cc54cd1b20a

# Of the architecture that the image is for. Nothing runs in this stage: the machine that builds may be another.
FROM ${DEBIAN_IMAGE} AS debian

FROM --platform=$BUILDPLATFORM ${BUN_IMAGE} AS build
ARG TARGETARCH
WORKDIR /app
# PID 1 inherits every orphan of the container. `run` waits for its own command only: tini reaps the others. Debian signs
# the package; its digest is not here, since a mirror keeps the last rebuild of a version (+b8) alone.
RUN dpkg --add-architecture "$TARGETARCH" \
  && apt-get update \
  && apt-get download "tini:$TARGETARCH=0.19.0-3*" \
  && dpkg-deb --extract tini_*.deb /tini
# All that the program asks for. With another architecture's in their place, the loader is missing below.
COPY --from=debian /usr/lib/*-linux-gnu/ld-linux-*.so.* /usr/lib/*-linux-gnu/libc.so.6 /usr/lib/*-linux-gnu/libm.so.6 \
  /usr/lib/*-linux-gnu/libpthread.so.0 /usr/lib/*-linux-gnu/libdl.so.2 /libraries/
COPY --from=debian /usr/share/doc/libc6/copyright /licenses/libc6
RUN case "$TARGETARCH" in \
    amd64) loader=/lib64/ld-linux-x86-64.so.2 ;; \
    arm64) loader=/lib/ld-linux-aarch64.so.1 ;; \
    *) echo "The image is for amd64 and arm64, not for $TARGETARCH." >&2; exit 1 ;; \
  esac \
  && install -D "/libraries/${loader##*/}" "/image$loader" \
  && install -D --mode 644 --target-directory /image/lib /libraries/libc.so.6 /libraries/libm.so.6 \
    /libraries/libpthread.so.0 /libraries/libdl.so.2 \
  && install /tini/usr/bin/tini-static /image/tini \
  && install -D --mode 644 /licenses/libc6 /image/licenses/libc6 \
  && install -D --mode 644 /tini/usr/share/doc/tini/copyright /image/licenses/tini
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY .ci .ci
COPY src src
# Without bytecode: it would save 15 ms of each start, and cost 5 MB.
RUN bun .ci/build.mjs \
  && target=linux-$(echo "$TARGETARCH" | sed s/amd64/x64/) \
  && bun .ci/binary.mjs --target "$target" --no-bytecode \
  && mv "out/binary/whatsapp-token-guard-$target" out/whatsapp-token-guard

# No shell, no package manager, and no certificates: Bun has Mozilla's built in.
FROM scratch
LABEL org.opencontainers.image.title="whatsapp-token-guard" \
  org.opencontainers.image.description="Keeps a WhatsApp Cloud API backend from running on a bad access token: a boot guard, a health endpoint and a drift log." \
  org.opencontainers.image.version="0.1.0" \
  org.opencontainers.image.licenses="MIT"
# Empty: the place for a folder with an .env.
WORKDIR /app
ENV NODE_ENV=production
COPY --from=build /image /
COPY --from=build /app/dist/THIRD-PARTY-LICENSES /licenses/packages
COPY LICENSE /licenses/whatsapp-token-guard
COPY --from=build /app/out/whatsapp-token-guard /
# By number: Kubernetes' runAsNonRoot cannot check a name.
USER 1000:1000
EXPOSE 3000
STOPSIGNAL SIGTERM
# Nothing listens before the token has passed: the start period is longer than the boot time.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/whatsapp-token-guard", "probe"]
ENTRYPOINT ["/tini", "--", "/whatsapp-token-guard"]
CMD ["serve"]
