"""`python -m flyteshift`."""

from flyteshift.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
