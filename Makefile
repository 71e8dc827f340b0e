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

# The crates that are WebAssembly: natively they are empty.
WASM := onefold-js onefold-indexeddb onefold-wasm
WASM_CRATES := $(addprefix -p ,$(WASM))
WASM_TARGET := --target wasm32-unknown-unknown

RUST_SOURCES := $(shell find core stores bindings-python -name '*.rs' -o -name 'Cargo.toml') Cargo.toml Cargo.lock .cargo/config.toml
WASM_SOURCES := $(shell find core js stores/indexeddb stores/sqlite bindings-wasm xtask \( -path bindings-wasm/pkg -o -name ts \) -prune -o \
	\( -name '*.rs' -o -name '*.js' -o -name 'Cargo.toml' \) -print) Cargo.toml Cargo.lock
TS_SOURCES := $(shell find bindings-wasm/ts -name '*.ts') $(wildcard bindings-wasm/*.mjs) bindings-wasm/tsconfig.types.json tsconfig.json
BROWSER_TESTS := $(filter-out firefox,$(patsubst tests/browser/%.test.ts,%,$(wildcard tests/browser/*.test.ts)))
PYTHON_SOURCES := $(shell find bindings-python/python -name '*.py' -o -name '*.pyi' -o -name 'py.typed') pyproject.toml

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

.PHONY: demo
demo: $(VENV)/.built ## Run the stockroom: several processes, one SQLite file, conflicts and retries
	@$(BIN)/python -m examples.stockroom

.PHONY: test
test: test-rust test-python test-js test-browser ## Run every test

.PHONY: test-rust
test-rust: $(VENV)/.ready ## Run the Rust tests: core, stores, conformance, broken stores, vectors, examples in the docs
	ONEFOLD_TEST_VENV=$(CURDIR)/$(VENV) cargo test --workspace --exclude onefold-python --quiet

.PHONY: test-python
test-python: $(VENV)/.built ## Run the Python tests on the wheel: vectors, typing, stubs, examples in the docs, crashes
	$(BIN)/python -m pytest
	$(BIN)/python -m mypy.stubtest onefold._onefold

.PHONY: test-js
test-js: lib/.built $(VENV)/.built ## Run the tests of the npm package in Node 20 and 24: vectors, types, SQLite files shared with Python
	node tests/js/run.mjs
	ONEFOLD_TEST_NODE=node_modules/node/bin/node node tests/js/run.mjs

.PHONY: test-browser
test-browser: lib/.built ## Run the tests of the npm package in Chromium: windows, workers, tabs, crashes, full and wiped storage
	cargo run --quiet -p xtask -- tests tests/browser/.rust
	node tests/browser/run.mjs $(BROWSER_TESTS)

# Apart: not every machine has Firefox.
.PHONY: test-firefox
test-firefox: lib/.built ## Run the contract of the npm package in Firefox, in a window and in a worker
	node tests/browser/run.mjs firefox

.PHONY: lint
lint: $(VENV)/.built lib/.built ## Check formatting, clippy, rustdoc, ruff, mypy, biome and tsc
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	cargo clippy --quiet -p onefold -p onefold-sqlite --no-default-features $(WASM_TARGET) -- -D warnings
	cargo clippy --quiet $(WASM_CRATES) --all-features $(WASM_TARGET) -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace $(addprefix --exclude ,$(WASM)) --no-deps --quiet
	RUSTDOCFLAGS="-D warnings" cargo doc $(WASM_CRATES) --all-features $(WASM_TARGET) --no-deps --quiet
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy
	npm run --silent lint

.PHONY: format
format: $(VENV)/.ready node_modules/.ready ## Format all sources
	cargo fmt --all
	$(BIN)/ruff check --fix --quiet .
	$(BIN)/ruff format --quiet .
	npm run --silent format

.PHONY: npm
npm: lib/.built ## Build the npm package into lib/, and say how large it is

.PHONY: bench
bench: ## Measure beside code by hand and other packages, in Python, Rust, Node and Chromium: release builds, in pairs; some minutes
	$(MAKE) --no-print-directory PROFILE=release VENV=.venv-bench .venv-bench/.bench
	cargo build --release --quiet -p onefold-bench
	.venv-bench/bin/python -m bench $(BENCH)
	$(if $(findstring --only,$(BENCH)),,$(MAKE) --no-print-directory bench-js)

.PHONY: bench-js
bench-js: lib/.built ## Measure the npm package alone, in Node and in Chromium
	node bench/js/memory.mjs $(if $(findstring --quick,$(BENCH)),1)
	node_modules/node/bin/node bench/js/memory.mjs $(if $(findstring --quick,$(BENCH)),1)
	node bench/js/browser.mjs $(if $(findstring --quick,$(BENCH)),1)

.PHONY: wheel
wheel: $(VENV)/.ready ## Build the release wheel into dist/
	$(BIN)/maturin build --release --out dist

.PHONY: clean
clean: ## Remove what was built
	rm -rf target dist lib node_modules bindings-wasm/pkg .venv .venv-bench .demo

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

# The tools for JavaScript.
node_modules/.ready: package.json package-lock.json
	@echo "Setting up JavaScript tools in node_modules …"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# The npm package: first its WebAssembly module, then what is written in TypeScript.
lib/.built: bindings-wasm/pkg/.built $(TS_SOURCES)
	@npm run --silent build
	@touch $@

bindings-wasm/pkg/.built: node_modules/.ready $(WASM_SOURCES)
	@echo "Building the WebAssembly module; the first time takes a few minutes …"
	@cargo run --quiet -p xtask -- wasm bindings-wasm/pkg
	@touch $@
