"""Starts the server that comes with the extension, on the libraries beside this file.

The extension runs it as `python -I -S -u launcher.py`, so that neither environment variables, nor the folder of the
project, nor the packages of the user or of the interpreter are on the path. Ours go first.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "libs"))

if __name__ == "__main__":
    from flyteshift.cli.main import main

    sys.exit(main(["server", *sys.argv[1:]]))
