# Fangma. `make demo` shows it, `make test` tries everything.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

APP := web/app
# Flags for `go test`, such as -v, and for `bin/fangma demo`, such as --listen :9000.
TESTFLAGS ?=
DEMOFLAGS ?=

# H3 is C.
export CGO_ENABLED := 1
# The commit is stamped into the binary where git may be asked; it refuses in another user's folder.
BUILDVCS := $(shell git status --short >/dev/null 2>&1 && echo auto || echo false)

.PHONY: help demo build ui test lint bench setup setup-test clean
help:
	@echo 'make demo    build Fangma and serve the bundled sample on http://127.0.0.1:8080'
	@echo 'make build   build bin/fangma'
	@echo 'make test    run every test: Go with PostGIS, the UI, the browser'
	@echo 'make lint    check style and types'
	@echo 'make bench   measure Fangma beside plain PostGIS on a made-up city; takes minutes'
	@echo 'make clean   remove what was built'

# exec, so that Ctrl-C and the exit code are Fangma's own.
demo: build
	@exec bin/fangma demo $(DEMOFLAGS)

build: setup ui
	go build -buildvcs=$(BUILDVCS) -o bin/fangma ./cmd/fangma

# Slow steps first fail early: types and unit tests of the UI take seconds.
test: setup-test $(APP)/node_modules/.package-lock.json
	npm --prefix $(APP) run check
	npm --prefix $(APP) test
	go vet ./...
	.ci/go-test $(TESTFLAGS)
	$(MAKE) --no-print-directory build
	npm --prefix $(APP) run e2e

lint: setup $(APP)/node_modules/.package-lock.json
	@.ci/lint

# A smaller city: make bench BENCHFLAGS="--buildings 65000"
BENCHFLAGS ?=
bench: build
	@exec bin/fangma bench all $(BENCHFLAGS)

setup:
	@.ci/setup

setup-test:
	@.ci/setup test

# The UI is rebuilt when one of its sources, or a folder that lost one, is newer than the last build.
ui: $(APP)/dist/index.html

UI_SOURCES := $(shell find $(APP)/src $(APP)/public $(APP)/*.html $(APP)/*.ts $(APP)/*.json ! -name schema.d.ts)

$(APP)/dist/index.html: $(UI_SOURCES) $(APP)/node_modules/.package-lock.json | setup
	npm --prefix $(APP) run build
	@touch $@

$(APP)/node_modules/.package-lock.json: $(APP)/package.json $(APP)/package-lock.json | setup
	npm --prefix $(APP) ci --no-audit --no-fund
	@touch $@

clean:
	rm -rf bin $(APP)/node_modules
	find $(APP)/dist -mindepth 1 ! -name .keep -delete
