"""What Flyte 1 has a plainer way to say for is written that way before the rest of a migration reads the module.

Each step goes from Flyte 1 to Flyte 1 of the same meaning, and only where that shows. What it leaves is for the
migration to migrate or to refuse.
"""
