# Two commands: `make run` shows the demo plant, `make test` runs every check. The rest is for engineers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SECONDS ?= 30

.PHONY: run test install shots translations bench soak counterparts lock clean

run: install
	@sh installer/setup/libraries.sh
	@$(BIN)/python main.py demo --seconds-without-display $(SECONDS)

install:
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements.lock

test: counterparts
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements-dev.lock
	@sh installer/setup/libraries.sh
	@sh installer/setup/check.sh

# Independent servers the tests speak to: node packages, libmodbus, PostgreSQL, Prometheus.
counterparts:
	@sh installer/setup/counterparts.sh

soak:
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements-dev.lock
	@$(BIN)/python -m pytest -m soak -q --timeout 3600

# Every page, both themes, as pictures in ./shots
shots:
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements-dev.lock
	@sh installer/setup/libraries.sh
	@$(BIN)/python -m tests.shots shots

# New texts of the window into the German file, and the German file into what the window loads. After translating
# what is marked `unfinished`, run it once more.
translations:
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements-dev.lock
	@$(BIN)/pyside6-lupdate $$(find hmi/gui -name '*.py' | LC_ALL=C sort) -locations none -no-obsolete -silent \
		-ts resources/translations/plant_hmi_de.ts
	@$(BIN)/pyside6-lrelease resources/translations/plant_hmi_de.ts

bench:
	@PYTHON="$(PYTHON)" sh installer/setup/environment.sh requirements-dev.lock
	@$(BIN)/python -m tests.benchmarks.run

# Renews the hash-locked requirements after a change of pyproject.toml; needs uv.
lock:
	uv pip compile pyproject.toml --extra window --group dev --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --output-file requirements-dev.lock
	echo setuptools | uv pip compile pyproject.toml - --extra window --universal --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --quiet --constraints requirements-dev.lock --output-file requirements.lock

clean:
	rm -rf $(VENV) .counterparts .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist shots *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
