# Every target sets up what it needs, on a machine that has only Python (3.11 to 3.13), git and make.

SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
COMPILE := --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-header --quiet
SET_UP := .venv/.set-up
SPARK_SET_UP := .venv/.set-up-spark
# The Java that Spark would start: of JAVA_HOME, else of the PATH; "17.0.15" and "1.8.0" both begin with their number.
JAVA := $(if $(JAVA_HOME),$(JAVA_HOME)/bin/java,java)
HAS_JAVA = $(JAVA) -version 2>&1 | grep -Eq 'version "(1[7-9]|[2-9][0-9])[-."]'
APT := DEBIAN_FRONTEND=noninteractive apt-get

.PHONY: setup spark browser demo test lint dev docs lock bundle clean

setup: $(SET_UP)

$(SET_UP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "pir needs Python 3.11, 3.12 or 3.13 with venv; none was found on the PATH." >&2; exit 2; }
	@echo "Setting up with $$($(PYTHON) --version) in .venv (about two minutes the first time)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m orchestration.dbt
	@touch $@

spark: $(SET_UP) $(SPARK_SET_UP)  ## what PIR_ENGINE=spark needs: Java 17 and the extra `spark`, beside what is there

$(SPARK_SET_UP): $(SET_UP) requirements-spark.lock
	@$(HAS_JAVA) || { $(APT) update -q && $(APT) install -q -y --no-install-recommends openjdk-17-jre-headless; } || { \
		echo "Spark needs Java 17 or later. Install it, as root: apt-get install openjdk-17-jre-headless" >&2; exit 2; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-spark.lock
	@touch $@

browser:  ## Debian's Chromium, which the tests open the report in
	@command -v chromium >/dev/null || { $(APT) update -q && $(APT) install -q -y --no-install-recommends chromium fonts-dejavu-core; } || { \
		echo "The browser tests need Chromium. Install it, as root: apt-get install chromium" >&2; exit 2; }

demo: $(SET_UP)  ## the whole nightly job on the embedded local CRM
	@$(BIN)/pir run --source sandbox

dev: $(SET_UP)  ## Dagster's web interface with the asset graph, its checks and its schedule
	@mkdir -p .pir
	@DAGSTER_HOME=$(CURDIR) $(BIN)/dagster dev

docs: $(SET_UP)  ## the tables' own documentation: every model, column, test and their lineage, as one page
	@$(BIN)/python -m orchestration.dbt docs

lint: $(SET_UP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sqlfluff lint dbt_project --processes 2 --disable-progress-bar

test: lint
	$(BIN)/dagster definitions validate
	$(BIN)/python -m pytest -n 2 --dist loadfile

lock:  ## write requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev $(COMPILE) -o requirements.lock
	uv pip compile pyproject.toml --extra dev --extra spark $(COMPILE) -c requirements.lock -o requirements-spark.lock

bundle:  ## make reports/bundle/dist and tests/reports/axe anew from npm (needs Node 20 or later; nothing else does)
	cd reports/bundle && npm ci --ignore-scripts && node build.mjs

clean:
	rm -rf .venv .pir dbt_project/target
