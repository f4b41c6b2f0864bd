# make demo   a notebook to click through, against a sandbox on this machine: make demo ARGS="--no-browser"
# make test   what every change has to pass; sets up all it needs
# make lint | js | unit | programs | packaging | security | browser   the parts of it; unit needs neither browser nor Node; make test runs the four from unit to security in one go
# make looks  every state of the widget in every theme and contrast, by axe; not part of make test
# make browsers  the main jobs in Firefox and WebKit; installs them where it may; not part of make test
# make host-pictures  the pictures of docs/hosts.md, by the tests of those hosts and browsers
# make hosts  the widget in programs other than JupyterLab and JupyterHub; not part of make test
# make wheel  the package, into dist/
# make docs   every example is run, then the site is made in docs/_build/html: make docs BUILDER=linkcheck for links elsewhere
# make types  mypy as in make lint, and over what makes the documentation and runs the matrix
# make api    what changed in the public names since the last release: make api ARGS=v1.1.0
# make coverage  how much of the Python code the unit and security tests reach, and of the TypeScript code vitest; branches too
# make mutants   each guard of the security modules is taken away in turn, and a test has to notice: make mutants ARGS=page/pads.py
# make gallery   the notebooks of the documentation, run again by a browser, and the moving picture of the README: make gallery ARGS="film quickstart" for some
# make matrix the unit tests on every Python that is found, with the lowest and with the newest packages: make matrix ARGS="-s lowest"
# make bench  the table of docs/benchmarks.md: make bench ARGS="--quick"
# make audit  known vulnerabilities, dangerous code, licences; says so where a registry gives no answer
# make screenshots  the pictures in docs/screenshots, taken again
# make map    the list of modules in CONTRIBUTING.md
# make notebooks  the outputs kept in notebooks/, from a run of each: make notebooks ARGS=explore for one
# make release-check  what is left to do before this version can be published
# make forms  the forms of 250 real apps are filled in, and what the engine gets is compared: make forms ARGS=30
# make lock   constraints.txt, from pyproject.toml: make lock ARGS=--upgrade for the newest versions

# Where bytecode is not kept, each of the many programs that are started here compiles all it imports: three times the work.
export PYTHONDONTWRITEBYTECODE :=

VENV ?= .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
LOCK := constraints.txt
BUNDLE := ic_widget/static/widget.js ic_widget/static/explore.js ic_widget/static/several.js
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python3.10 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && echo $$p && break; done)
NODE_OK = node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null && npm --version >/dev/null 2>&1
BUILDER := html
EXAMPLES := ic_widget/flow.py ic_widget/engine/engine.py ic_widget/sandbox/box.py
EXTRAS := audit demo dev docs maintain
JS_SOURCES := $(shell find js/src -type f 2>/dev/null) $(wildcard js/*.json js/*.mjs js/*.js js/*.ts)

.PHONY: demo test together alone lint unit programs packaging security js browser looks hosts docs types api coverage mutants gallery matrix bench audit screenshots wheel map notebooks lock release-check clean
.DELETE_ON_ERROR:

demo: $(VENV)/.demo $(BUNDLE)
	@$(BIN)/ic-widget demo $(ARGS)

test:
	@$(MAKE) --no-print-directory $(VENV)/.dev $(BUNDLE)
	@# Lint and js use one core each; the others use what there is.
	@for part in "-j2 -Otarget lint js" together alone browser; do \
		echo "== $$part"; $(MAKE) --no-print-directory $$part || exit 1; done

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

unit: $(VENV)/.dev $(BUNDLE)
	@# Three for two cores: one or the other always waits for a timeout that it tests.
	$(BIN)/python -m pytest -q -n 3 --dist loadfile -m "not program" tests/unit $(ARGS)

programs: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m program tests/unit $(ARGS)

packaging: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile tests/packaging tests/bench $(ARGS)

security: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m "not alone" tests/security $(ARGS)
	@$(MAKE) --no-print-directory alone

# From unit to security side by side: what waits for another program leaves the core to the others.
together: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m pytest -q -n 3 --dist loadfile --no-loadscope-reorder -m "not alone" \
		tests/security tests/packaging tests/bench tests/unit $(ARGS)

alone: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m pytest -q -m alone tests/security $(ARGS)

js: js/node_modules/.stamp
	cd js && npm run check
	cd js && npm run test
	cd js && npm run size

browser: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@# In the order of their names: by their number of tests the slowest ones, alone in their files, would begin last.
	$(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not looks" tests/browser tests/conformance $(ARGS)

looks: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -q -n 2 -m looks tests/browser $(ARGS)

.PHONY: browsers
browsers: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browsers.install
	$(BIN)/python -m pytest -q tests/browsers $(ARGS)

hosts: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m pytest -q tests/hosts $(ARGS)
	EVERY_KERNEL=1 $(BIN)/python -m pytest -q tests/browser/test_busy.py tests/browser/test_explore.py -k 7.1.0

docs: $(VENV)/.docs $(BUNDLE)
	$(BIN)/python -m pytest -q -p tests.examples.plugin README.md docs $(EXAMPLES)
	$(BIN)/python -m sphinx -W --keep-going -q -b $(BUILDER) docs docs/_build/$(BUILDER)

types: $(VENV)/.docs $(VENV)/.maintain
	$(BIN)/mypy ic_widget hatch_build.py noxfile.py docs/conf.py tests benchmarks

api: $(VENV)/.dev
	@$(BIN)/python -m tests.packaging.public_api $(ARGS)

coverage: $(VENV)/.maintain $(BUNDLE)
	cd js && npm run --silent coverage
	@# Without the package's own plugin, which is imported before anything is measured.
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -p no:ic_widget.sandbox.fixtures --cov --cov-report=term \
		--cov-fail-under=93 -m "not program and not alone" tests/unit tests/security $(ARGS)

mutants: $(VENV)/.maintain $(BUNDLE)
	@$(BIN)/python -m tests.security.mutants $(ARGS)

gallery: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.gallery $(ARGS)

matrix: $(VENV)/.maintain $(BUNDLE)
	@# pyenv shows one Python at a time unless it is told otherwise.
	PATH="$(CURDIR)/$(BIN):$$PATH" PYENV_VERSION=$$(pyenv versions --bare 2>/dev/null | paste -sd: -) $(BIN)/nox $(ARGS)

bench: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: host-pictures
host-pictures: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browsers.install
	PICTURES=1 $(BIN)/python -m pytest -q tests/browser/test_notebook7.py
	PICTURES=1 $(BIN)/python -m pytest -q tests/hosts/test_apps.py tests/hosts/test_collaboration.py \
		tests/hosts/test_lite.py tests/hosts/test_marimo.py tests/hosts/test_older.py
	PICTURES=1 $(BIN)/python -m pytest -q tests/browsers/test_widget.py -k test_connect

audit: $(VENV)/.audit js/node_modules/.stamp
	@$(BIN)/python -m tests.security.audit

screenshots: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.screenshots

wheel: $(VENV)/.dev
	@$(NODE_OK) || { echo "$(NEED_NODE)"; exit 1; }
	PIP_CONSTRAINT=$(LOCK) PIP_BUILD_CONSTRAINT=$(LOCK) $(BIN)/python -m build

.PHONY: forms
forms: $(VENV)/.dev $(BUNDLE)
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.real_forms $(ARGS)

map: $(VENV)/.dev
	$(BIN)/python -m tests.packaging.module_map

notebooks: $(VENV)/.dev $(BUNDLE)
	$(BIN)/python -m tests.packaging.notebooks $(ARGS)

release-check: $(VENV)/.dev
	@$(BIN)/python -m tests.packaging.release

lock: $(BIN)/uv
	@# From 4.25 on, jsonschema builds a grammar when it is imported: 2 to 4 s of each start of a Jupyter server.
	$(BIN)/uv pip compile -q --universal --python-version 3.10 --all-extras --no-annotate \
		--custom-compile-command "make lock" -P "jsonschema<4.25" pyproject.toml -o $(LOCK) $(ARGS)

clean:
	rm -rf $(VENV) .cache .mypy_cache .pytest_cache .ruff_cache .import_linter_cache dist test-results \
		ic_widget/static js/node_modules

NEED_PYTHON = This needs Python 3.10 or newer: install it from python.org or your package manager, then run make again.
NEED_VENV = Python has no venv module here: install it (on Debian and Ubuntu the package python3-venv), then run make again.
NEED_NODE = This needs Node.js 20 or newer with npm: install it from nodejs.org or your package manager, then run make again.

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "$(NEED_PYTHON)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { echo "$(NEED_PYTHON)"; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(NEED_VENV)"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --upgrade pip

$(BIN)/uv: | $(BIN)/python
	@$(BIN)/python -m pip install -q -c $(LOCK) uv

$(EXTRAS:%=$(VENV)/.%): $(VENV)/.%: pyproject.toml hatch_build.py $(LOCK) | $(BIN)/uv
	@echo "Installing ic_widget[$*] into $(VENV) ..."
	@# uv needs seconds where pip needs a minute, but does not read pip's settings: an index of one's own, for example.
	@$(BIN)/uv pip install -q --system-certs --python $(BIN)/python -c $(LOCK) -b $(LOCK) -e '.[$*]' || \
		PIP_BUILD_CONSTRAINT=$(LOCK) $(BIN)/python -m pip install -q -c $(LOCK) -e '.[$*]'
	@touch $@

js/node_modules/.stamp: js/package-lock.json js/package.json
	@$(NODE_OK) || { echo "$(NEED_NODE)"; exit 1; }
	@echo "Installing the JavaScript packages ..."
	@cd js && npm ci --no-audit --no-fund </dev/null
	@touch $@

ic_widget/static/widget.js: js/node_modules/.stamp $(JS_SOURCES)
	@cd js && npm run --silent build
	@touch $@

ic_widget/static/explore.js ic_widget/static/several.js: ic_widget/static/widget.js
	@test -f $@ || (cd js && npm run --silent build)
	@touch $@
