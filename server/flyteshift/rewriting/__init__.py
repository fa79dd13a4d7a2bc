"""Rewriting: source slices turned into other source by libcst, calls printed anew, imports replaced. Gives Edits."""
