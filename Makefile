# What is done with onefold. `make help` lists it.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Cargo's profile for the module under test: quick to build. The wheel and the benchmarks take `release`.
PROFILE ?= fast
# What to measure, and how: `make bench BENCH="--only 'pg-*' --rounds 3"`.
BENCH ?=

RUST_SOURCES := $(shell find core stores bindings-python -name '*.rs' -o -name 'Cargo.toml') Cargo.toml Cargo.lock .cargo/config.toml
PYTHON_SOURCES := $(shell find bindings-python/python -name '*.py' -o -name '*.pyi' -o -name 'py.typed') pyproject.toml

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: $(VENV)/.built ## Run the stockroom: several processes, one SQLite file, conflicts and retries
	@$(BIN)/python -m examples.stockroom

.PHONY: test
test: test-rust test-python ## Run every test

.PHONY: test-rust
test-rust: $(VENV)/.ready ## Run the Rust tests: core, stores, conformance, broken stores, vectors, examples in the docs
	ONEFOLD_TEST_VENV=$(CURDIR)/$(VENV) cargo test --workspace --exclude onefold-python --quiet
	cargo check --quiet -p onefold -p onefold-sqlite --no-default-features --target wasm32-unknown-unknown

.PHONY: test-python
test-python: $(VENV)/.built ## Run the Python tests on the wheel: vectors, typing, stubs, examples in the docs, crashes
	$(BIN)/python -m pytest
	$(BIN)/python -m mypy.stubtest onefold._onefold

.PHONY: lint
lint: $(VENV)/.built ## Check formatting, clippy, rustdoc, ruff and mypy
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cargo clippy --quiet -p onefold -p onefold-sqlite --no-default-features --target wasm32-unknown-unknown -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy

.PHONY: format
format: $(VENV)/.ready ## Format all sources
	cargo fmt --all
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .

.PHONY: bench
bench: ## Measure beside code by hand and other packages, on SQLite and PostgreSQL: release builds, in pairs; some minutes
	$(MAKE) --no-print-directory PROFILE=release VENV=.venv-bench .venv-bench/.bench
	cargo build --release --quiet -p onefold-bench
	.venv-bench/bin/python -m bench $(BENCH)

.PHONY: wheel
wheel: $(VENV)/.ready ## Build the release wheel into dist/
	$(BIN)/maturin build --release --out dist

.PHONY: clean
clean: ## Remove what was built
	rm -rf target dist .venv .venv-bench .demo

# A virtual environment with the tools.
$(VENV)/.ready: pyproject.toml
	@echo "Setting up Python tools in $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "Python 3.10 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
		{ echo "Python's venv module is needed; on Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	@touch $@

# The wheel, built and installed as a user would have it.
$(VENV)/.built: $(VENV)/.ready $(RUST_SOURCES) $(PYTHON_SOURCES)
	@echo "Building the module (profile $(PROFILE)); the first time takes a few minutes …"
	@rm -rf $(VENV)/wheel
	@$(BIN)/maturin build --profile $(PROFILE) --out $(VENV)/wheel --quiet
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall $(VENV)/wheel/*.whl
	@touch $@

$(VENV)/.bench: $(VENV)/.built bench/requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r bench/requirements.txt
	@touch $@
