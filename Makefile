# Everything a developer does, by name; `make help` lists it. Needs make and Python 3.11 or newer, nothing else.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
# Without dependencies, as the files name every one: a resolver asks for the newest releases, too, and may want one of them.
PIP_INSTALL := $(PIP) install --quiet --no-deps
# Wheels only: building a package from source would run its set-up code with unpinned tools.
PIP_PINNED := $(PIP_INSTALL) --require-hashes --only-binary :all:
# More than there are cores here: the tests of the window wait, most of the time.
WORKERS ?= 4

# The English file holds plurals only; the window's sentences are English as they stand.
CHINESE := resources/translations/pressmark_zh_CN.ts
ENGLISH := resources/translations/pressmark_en.ts
COMPILED_TRANSLATIONS := $(patsubst %.ts,%.qm,$(wildcard $(CHINESE) $(ENGLISH)))

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|' 2>/dev/null \
		|| grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST)

# -- set-up: each stamp is as new as what it was made from, so that a second `make setup` has nothing to do

# After the system got a newer Python, the environment does not start any more.
$(shell $(BIN)/python -c 'import pip' 2>/dev/null || rm -f $(VENV)/*.stamp)

# Made from nothing whenever a pin changes: what is left of the older pins need not fit.
$(VENV)/made.stamp: $(wildcard packaging/requirements*.txt)
	@python=$$(sh packaging/find_python.sh) && "$$python" packaging/check_system.py setup && \
		echo "Making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@touch $@

define install_pinned
	@$(PIP_PINNED) -r $(1)
	@$(PIP) check
endef

$(VENV)/runtime.stamp: $(VENV)/made.stamp pyproject.toml reader/__init__.py
	@echo "Installing what Pressmark runs on"
	$(call install_pinned,packaging/requirements.txt)
	@$(PIP_INSTALL) --no-build-isolation --no-index --editable .
	@touch $@

$(VENV)/dev.stamp: $(VENV)/runtime.stamp
	@echo "Installing what the tests run on"
	$(call install_pinned,packaging/requirements-dev.txt)
	@touch $@

$(VENV)/package.stamp: $(VENV)/runtime.stamp
	@echo "Installing what the package is built with"
	$(call install_pinned,packaging/requirements-package.txt)
	@touch $@

$(VENV)/bench.stamp: $(VENV)/runtime.stamp
	@echo "Installing what is measured beside Pressmark"
	$(call install_pinned,packaging/requirements-bench.txt)
	@touch $@

%.qm: %.ts | $(VENV)/runtime.stamp
	@$(BIN)/pyside6-lrelease -silent $< -qm $@

.PHONY: setup
setup: $(VENV)/runtime.stamp $(COMPILED_TRANSLATIONS) ## Make .venv, with the command .venv/bin/pressmark in it

.PHONY: check-system-for-window check-system-for-tests
check-system-for-window check-system-for-tests: check-system-for-%:
	@python=$$(sh packaging/find_python.sh) && "$$python" packaging/check_system.py $*

# -- the program

.PHONY: run
run: check-system-for-window setup ## Set up what is missing and open the window
	@$(BIN)/pressmark

# -- the checks

# What the tests write lies in memory where there is room for it: most of them would wait for the disk.
MEMORY := $(shell df --output=avail -B 1G /dev/shm 2>/dev/null | awk 'NR == 2 && $$1 >= 4 { print "PYTEST_DEBUG_TEMPROOT=/dev/shm" }')
PYTEST := $(MEMORY) QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest
# No test fails by the clock, but one that hangs: its process is ended, and says where it stood.
UNLESS_HUNG := -o faulthandler_timeout=900 -o faulthandler_exit_on_timeout=true -m "not slow"
COVERAGE := --cov=reader --cov-report=term --cov-fail-under=90

.PHONY: test
test: check-system-for-tests setup $(VENV)/dev.stamp lint ## Check everything, offscreen: lint and tests
	$(PYTEST) -n $(WORKERS) $(UNLESS_HUNG)

.PHONY: coverage
coverage: check-system-for-tests setup $(VENV)/dev.stamp ## Run the tests of the core once more and say which of its lines they miss
	$(PYTEST) -n $(WORKERS) $(UNLESS_HUNG) --ignore=tests/ui $(COVERAGE)

.PHONY: test-ui-alone
test-ui-alone: check-system-for-tests setup $(VENV)/dev.stamp ## Run the window's tests in one process, which has to end well, too
	$(PYTEST) $(UNLESS_HUNG) tests/ui

.PHONY: test-slow
test-slow: check-system-for-tests setup $(VENV)/dev.stamp ## Run the tests of scale, the fuzz and the kill tests
	HYPOTHESIS_PROFILE=thorough $(PYTEST) -m slow

.PHONY: lint
lint: $(VENV)/dev.stamp ## Run ruff, mypy and import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: audit
audit: ## Ask whether a pinned dependency has a known hole; says plainly where nobody can be asked
	@python=$$(sh packaging/find_python.sh) && "$$python" packaging/audit.py

# -- the figures

# They write docs/benchmarks, bench-quick only prints. What is measured can be narrowed:
# `make bench-quick BENCHMARK="--phases index,queries"`.
BENCHMARK ?=
MEASURE := $(BIN)/python -m tests.lab.benchmarks

.PHONY: bench
bench: check-system-for-tests setup $(VENV)/bench.stamp ## Measure 30,000 articles beside other engines; some 15 minutes
	$(MEASURE) $(BENCHMARK)

.PHONY: bench-quick
bench-quick: check-system-for-tests setup $(VENV)/bench.stamp ## Have a rough look at 5,000 articles in two minutes
	$(MEASURE) --quick $(BENCHMARK)

.PHONY: bench-large
bench-large: check-system-for-tests setup $(VENV)/bench.stamp ## Measure 300,000 articles; half an hour and 10 GB
	$(MEASURE) --articles 300000 $(BENCHMARK)

.PHONY: bench-curve
bench-curve: check-system-for-tests setup $(VENV)/dev.stamp ## Grow a library to a million articles, and draw what each costs; hours, and 40 GB
	$(MEASURE).curve $(BENCHMARK)

# -- the packages

.PHONY: package
package: check-system-for-window setup $(VENV)/package.stamp ## Build dist/pressmark, the .deb of it where dpkg-deb is, and the wheel, which is tried
	$(BIN)/python packaging/render_icons.py build/icons
	$(BIN)/pyinstaller --noconfirm --log-level WARN --distpath dist --workpath build/pyinstaller packaging/pressmark.spec
	$(BIN)/python packaging/build_deb.py
	$(BIN)/python packaging/build_wheel.py

.PHONY: test-package
test-package: setup ## Start the built program, import with it and find; as root, install and remove the .deb
	$(BIN)/python packaging/try_package.py

# -- what is kept in the repository but made by a tool

LUPDATE := $(BIN)/pyside6-lupdate -silent -locations none -no-obsolete

.PHONY: translations
translations: setup ## Gather the sentences of core and window into the .ts files and compile them
	@mkdir -p $(dir $(CHINESE))
	$(BIN)/python tools/gather_core_messages.py
	$(LUPDATE) $$(find ui -name '*.py' | sort) -ts $(CHINESE)
	$(LUPDATE) -pluralonly -source-language en -target-language en $$(find ui -name '*.py' | sort) -ts $(ENGLISH)
	$(BIN)/pyside6-lrelease -silent $(CHINESE)
	$(BIN)/pyside6-lrelease -silent $(ENGLISH)

.PHONY: screenshots
screenshots: setup ## Photograph the running program for the README
	$(BIN)/python tools/take_screenshots.py

.PHONY: requirements
requirements: ## Pin again, with hashes, to the newest versions that pyproject.toml allows
	@python=$$(sh packaging/find_python.sh) && "$$python" packaging/pin_requirements.py

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf $(VENV) build dist *.egg-info .coverage* .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f resources/translations/*.qm
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
