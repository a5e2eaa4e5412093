# The image holds one static binary, the certificate authorities and two empty folders.

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
# The build context has no .git: docker build --build-arg VERSION=… --build-arg COMMIT=…
ARG VERSION=dev
ARG COMMIT=unknown
RUN --mount=type=cache,target=/root/.cache/go-build make build VERSION="$VERSION" COMMIT="$COMMIT"
RUN mkdir -p /empty

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /src/bin/dojo /dojo
# A volume takes the owner of the folder it is first laid over.
COPY --from=build --chown=65532:65532 /empty /data
# SQLite sorts what does not fit in memory in a temporary file.
COPY --from=build --chown=65532:65532 /empty /tmp

USER 65532:65532
WORKDIR /data
ENV DOJO_ADDR=:8080 \
    DOJO_DATABASE_URL=sqlite:/data/dojo.db \
    DOJO_KEYRING=/data/keyring.json
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["/dojo", "healthcheck"]
ENTRYPOINT ["/dojo"]
CMD ["serve"]
