# SPDX-License-Identifier: Apache-2.0
# `make run` and `make test` do all the set-up they need; everything else stands on them.

PORT ?= 8000
PY := .venv/bin/python
export PYTHON

.DEFAULT_GOAL := help
.SUFFIXES:

.PHONY: help
help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
	  /^##@/ { printf "\n%s\n", substr($$0, 5) } \
	  /^[a-z][a-z0-9-]*:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

##@ Run
.PHONY: run up down status
run: install-run ## Start everything and serve until Ctrl-C (PORT=8000)
	@exec $(PY) -m cortex.embedded run --port $(PORT)

up: install-run ## Start PostgreSQL and Valkey alone, in the background
	@$(PY) -m cortex.embedded up

down: install-run ## Stop whatever runs for this checkout; its data stays
	@$(PY) -m cortex.embedded down

status: install-run ## Tell what runs for this checkout
	@$(PY) -m cortex.embedded status

##@ Check
.PHONY: test test-python test-fast lint typecheck migrations-check e2e soak bench
test: install-dev system-packages ## Set up and pass every check
	@$(MAKE) --no-print-directory --jobs=2 lint typecheck
	@$(MAKE) --no-print-directory test-python
	@echo "Every check passed."

test-python: install-dev system-packages ## Run the tests with their coverage gate
	@.venv/bin/pytest -n 2 --cov --cov-report=term --cov-report=json
	@$(PY) -m tools.checks.coverage_gate

test-fast: install-dev ## Run the quick tests only, without coverage
	@.venv/bin/pytest -n 2 -m "not slow and not journey and not soak"

lint: install-dev ## Check rules, format, import boundaries, headers, sizes and secrets
	@SKIP=mypy .venv/bin/pre-commit run --all-files --show-diff-on-failure

typecheck: install-dev ## Check types with mypy, strict
	@.venv/bin/mypy

migrations-check: install-dev ## Check that no migration is missing
	@$(PY) -m tools.checks.missing_migrations

e2e: install-dev system-packages ## Drive the running program in a browser
	@.venv/bin/pytest -m journey

soak: install-dev ## Run long randomised tests
	@.venv/bin/pytest -m soak

bench: install-dev ## Measure ledger and events, and write docs/benchmarks.md
	@$(PY) -m bench

##@ Release
.PHONY: pipeline image deploy-dev
pipeline: install-pipeline ## Run lint, unit, build, package, deploy: an image, tried for real, in ten minutes
	@$(PY) -m tools.pipeline

image: install-pipeline ## Build the image and its bills of materials into dist/
	@$(PY) -m tools.pipeline build package

deploy-dev: install-pipeline ## Start the built image for real, keep books with it, take it down
	@$(PY) -m tools.pipeline deploy

##@ Change
.PHONY: format lock clean erase
format: install-dev ## Put code into the house's format
	@.venv/bin/ruff check --fix-only --quiet .
	@.venv/bin/ruff format --quiet .

lock: install-dev ## Compile requirements/*.in into hashed locks (UPGRADE=1 takes newer releases)
	@tools/setup/lock.sh

clean: ## Stop everything; remove caches and .venv, keep the data
	@tools/setup/clean.sh

erase: ## The same, and remove the embedded databases with ALL their data
	@tools/setup/clean.sh --data

# ── Set-up, called by the targets above ──────────────────────────────────────
.PHONY: install-run install-dev install-pipeline system-packages
install-run:
	@tools/setup/install.sh run requirements/web.txt requirements/worker.txt requirements/embedded.txt requirements/plugins.txt

install-dev:
	@tools/setup/install.sh dev requirements/dev.txt

install-pipeline:
	@tools/setup/install.sh pipeline requirements/dev.txt requirements/pipeline.txt
	@tools/setup/container_packages.sh

system-packages:
	@tools/setup/system_packages.sh
