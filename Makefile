# The jobs of everyday work. `make` alone lists them.

# What `dojo version` says. A build without git (a container, an archive) is given them.
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# One set of flags for every job, so that the build cache serves them all: compiling SQLite
# takes most of a minute, and another flag means compiling it again. -trimpath lets clones
# of the repository share what they build.
BUILD_TAGS     := osusergo,netgo,timetzdata,sqlite_omit_load_extension
export GOFLAGS := $(GOFLAGS) -trimpath -tags=$(BUILD_TAGS)

# A binary that needs nothing of the machine it runs on: no C library, no time zone
# files, no user database. It is what the container image holds.
BUILD_LDFLAGS := -s -w -linkmode external -extldflags "-static" -X main.version=$(VERSION) -X main.commit=$(COMMIT)

.PHONY: help run dev generate check test chaos model looks fuzz lint vulncheck bench build

help:
	@echo 'make run       the demo on http://localhost:8080'
	@echo 'make dev       the demo on http://localhost:7331, rebuilt and reloaded when a file changes'
	@echo 'make generate  write the generated code again'
	@echo 'make check     the tests that need no browser and no PostgreSQL, in under a minute'
	@echo 'make test      install what the tests need (on Debian, as root) and run them all'
	@echo 'make chaos     what is done to processes, connections and the database, at length'
	@echo 'make model     explore every state of the protocol of revocations (docs/revocation.md)'
	@echo 'make looks     every page in light and dark, wide and narrow, with pictures in build/screenshots, and three walks in build/walks'
	@echo 'make fuzz      fuzz every target for a minute (FUZZ=20000x: for so many inputs)'
	@echo 'make lint      formatting, vet, staticcheck'
	@echo 'make vulncheck  whether Dojo calls anything with a known vulnerability'
	@echo 'make bench     all benchmarks, and their ratios'
	@echo 'make build     a static bin/dojo'

run:
	go run ./cmd/dojo demo

# templ's watcher regenerates, rebuilds, and its proxy reloads the browser. Pages are
# asked for under the proxy's address, so that is the public one.
dev:
	DOJO_PUBLIC_URL=http://localhost:7331 go tool templ generate --watch \
		--watch-pattern='\.(go|templ|css|js|svg|sql)$$' --ignore-pattern='_test\.go$$|/(build|data|node_modules)/' \
		--proxy=http://localhost:8080 --open-browser=false --cmd='go run ./cmd/dojo demo'

generate:
	go generate ./...
	go tool templ generate

# -short leaves PostgreSQL out: see store/storetest.
check:
	go test -short $$(scripts/packages without-browser)

test:
	scripts/test-setup
	scripts/test

chaos:
	scripts/test-setup
	CHAOS=long go test -count 1 -vet=off -timeout 2h -v ./chaos

model:
	scripts/test-setup
	scripts/model

looks:
	scripts/test-setup
	LOOKS=all go test -count 1 -vet=off -timeout 30m ./journey

FUZZ ?= 1m
fuzz:
	scripts/fuzz $(FUZZ)

lint:
	scripts/check-format
	scripts/lint

vulncheck:
	scripts/vulncheck

bench:
	scripts/bench

build:
	CGO_ENABLED=1 go build -buildvcs=false -ldflags '$(BUILD_LDFLAGS)' -o bin/dojo ./cmd/dojo
