# One verb a line; `make help` lists them. Only Python (3.11 or newer) and make are needed.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY ?= $(VENV)/ready
CHROMIUM ?= /usr/bin/chromium
RADCAD := .venv-radcad/bin/python
WING ?= tokens
# small matrices: threads cost more than they bring, and results should not depend on the number of cores
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.PHONY: help report test lint types unit coverage notebooks test-browser refresh-outputs lab test-latest bench mutation lock clean

help: ## List what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed, found " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	@touch $(READY)

report: $(READY) ## Run every notebook on the bundled data and write build/report/
	$(BIN)/researchlib report --out build/report

test: lint types unit notebooks ## Lint, type check, unit tests, and every notebook against its stored outputs

lint: $(READY) ## Check style and format, notebooks too
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Check types
	$(BIN)/mypy

unit: $(READY) ## Run pytest on tests/ and the docstring examples of the package
	$(BIN)/pytest -q -n 2 --dist worksteal --doctest-modules tests researchlib

coverage: $(READY) ## Run the unit tests and count the branches of the package that they take; fail below 95%
	rm -rf build/coverage
	$(BIN)/pytest -q -n 2 --dist worksteal --doctest-modules tests researchlib --cov --cov-report term-missing \
		--cov-report json:build/coverage/totals.json --cov-fail-under 95
	@$(BIN)/python -c 'import json, sys; found = json.load(open("build/coverage/totals.json"))["totals"]; \
		share = 100 * found["covered_branches"] / found["num_branches"]; \
		print("branches: %d of %d, %.1f%%" % (found["covered_branches"], found["num_branches"], share)); \
		sys.exit(share < 95)'

notebooks: $(READY) ## Compare every notebook with its stored outputs (nbval, strict)
	$(BIN)/pytest -q -n 2 --dist loadscope --nbval notebooks

test-browser: report $(CHROMIUM) ## Open every page of the report, and notebooks in JupyterLab, in a real browser
	$(BIN)/python -m pip freeze --exclude-editable > $(VENV)/constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint $(VENV)/constraints.txt --editable '.[browser]'
	CHROMIUM=$(CHROMIUM) RESEARCHLIB_BROWSER=1 $(BIN)/pytest -q tests/browser

$(CHROMIUM): # Debian's; elsewhere say where one is
	@test "$$(id -u)" = 0 && command -v apt-get >/dev/null || \
		{ echo "No Chromium in $@: as root on Debian it would be installed; else run make test-browser CHROMIUM=/path/to/chromium"; exit 1; }
	apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium

refresh-outputs: $(READY) ## Execute every notebook in place and store its outputs
	$(BIN)/jupyter nbconvert --log-level WARN --to notebook --execute --inplace --ExecutePreprocessor.record_timing=False \
		$(shell find notebooks -name '*.ipynb' -not -path '*/.ipynb_checkpoints/*')
	$(BIN)/python -c 'from pathlib import Path; from researchlib.runs import notebook; notebook.store_defaults(Path("notebooks"))'

lab: $(READY) ## Open JupyterLab with the notebooks
	$(BIN)/jupyter lab --notebook-dir notebooks

test-latest: ## Test against the newest versions of the dependencies, in an environment of its own
	$(PYTHON) -m venv .venv-latest
	.venv-latest/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --editable '.[test,cluster,bench]'
	RESEARCHLIB_LATEST=1 $(MAKE) unit notebooks VENV=.venv-latest READY=.venv-latest/bin/python

$(RADCAD): # the peer of the supply paths pins an old NumPy
	$(PYTHON) -m venv .venv-radcad
	$(RADCAD) -m pip install --quiet --disable-pip-version-check radcad==0.14.0 typing_extensions

bench: $(READY) $(RADCAD) ## Run all benchmarks beside their peers, write benchmarks/RESULTS.md, fail if a ratio fell (15 minutes)
	RADCAD_PYTHON=$(abspath $(RADCAD)) $(BIN)/python benchmarks/run.py

mutation: $(READY) ## Change a wing's code a little and list what its tests do not notice (WING=tokens; an hour or more)
	mkdir -p build && sed 's/WING/$(WING)/' benchmarks/mutation.toml > build/mutation.toml
	rm -f build/mutation.sqlite && $(BIN)/cosmic-ray init build/mutation.toml build/mutation.sqlite
	PATH="$(abspath $(BIN)):$$PATH" nice -n 19 $(BIN)/cosmic-ray exec build/mutation.toml build/mutation.sqlite
	$(BIN)/cr-report --surviving-only build/mutation.sqlite

lock: ## Resolve the newest versions into requirements.lock (needs uv)
	uv pip compile --quiet --generate-hashes --upgrade --universal --python-version 3.11 --extra test --extra cluster \
		--extra bench --extra mutation --no-emit-index-url --no-annotate --no-header pyproject.toml --output-file requirements.lock

clean: ## Remove what the commands above made
	rm -rf .venv .venv-latest .venv-radcad build .pytest_cache .mypy_cache .ruff_cache .hypothesis
