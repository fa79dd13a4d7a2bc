"""Rewriting: libcst on the source slice of the node that changes, giving edits."""
