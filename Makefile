# `make help` lists the targets. They need Go; `make test` installs what else
# its tests use where it may, and says so where it may not.

SHELL       := /bin/bash
.SHELLFLAGS := -o pipefail -ec
MAKEFLAGS   += --no-print-directory
.DEFAULT_GOAL := help

export GO ?= go
FUZZTIME ?= 10s

GOLANGCI_LINT_VERSION := v2.15.0

# Nothing here changes go.mod. What is tested is what is shipped: one file that
# needs no C library.
export GOFLAGS := -mod=readonly
export CGO_ENABLED ?= 0

SCENARIOS := examples/northbridge/scenarios

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: build
build: ## build bin/holdfast
	@$(GO) build -o bin/holdfast ./cmd/holdfast

.PHONY: demo
demo: build ## a terminal chat with a sample plan; nothing leaves this machine
	@bin/holdfast demo

.PHONY: test
test: setup format vet unit scenarios ## everything that has to be green, on a fresh machine too

.PHONY: setup
setup:
	@scripts/setup-tests

.PHONY: format
format:
	@unformatted=$$(gofmt -l .); if [ -n "$$unformatted" ]; then echo "gofmt would change:"; echo "$$unformatted"; exit 1; fi

.PHONY: vet
vet:
	@$(GO) vet ./...
	@$(GO) vet -tags=witness ./bot/slack
	@$(GO) mod verify

.PHONY: unit
unit:
	@$(GO) test -json ./... | $(GO) run ./internal/testreport

# The second part: the scenario files, run by the program as a user runs them: in
# the chat that each names, which is the terminal's unless it says so, and then
# all of them in Slack.
.PHONY: scenarios
scenarios: build
	@echo "scenarios, in the chat they name:"
	@bin/holdfast rehearse --quiet $(SCENARIOS)/*.txt
	@echo "scenarios, in Slack:"
	@bin/holdfast rehearse --quiet --chat slack $(SCENARIOS)/*.txt

.PHONY: image
image: ## build the container image, with buildah
	@deploy/build-image

.PHONY: docs
docs: build ## write the generated pages of docs/ anew
	@bin/holdfast docs docs

.PHONY: race
race: ## all tests under the race detector (needs a C compiler)
	@CGO_ENABLED=1 $(GO) test -race ./...

.PHONY: fuzz
fuzz: ## each fuzz target for FUZZTIME (10s)
	@FUZZTIME=$(FUZZTIME) scripts/fuzz

.PHONY: bench
bench: ## one table: Holdfast beside what the machine can do
	@$(GO) run ./internal/bench $(BENCHFLAGS)

# The one target that needs more than Go: npm, and Node where npm does not
# bring it. See docs/testing.md.
.PHONY: witness
witness: ## ask Slack's own Bolt and types, and an emulator (needs npm)
	@$(GO) run ./internal/witness

.PHONY: lint
lint: tidy-check bin/golangci-lint-$(GOLANGCI_LINT_VERSION) ## golangci-lint, at one exact version
	@bin/golangci-lint-$(GOLANGCI_LINT_VERSION) run ./...

.PHONY: tidy-check
tidy-check:
	@$(GO) mod tidy -diff

bin/golangci-lint-%:
	@mkdir -p bin
	GOFLAGS= GOBIN="$(CURDIR)/bin" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$*
	@mv bin/golangci-lint $@
