"""Migration: the plan of a whole unit, environments, imports and the order of edits."""
