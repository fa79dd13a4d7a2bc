"""The command line."""

OK, FOUND, ERROR = 0, 1, 2
"""Exit codes: nothing found or all done; something found or left; it could not run."""
