"""Rules: one Flyte 1 idiom each, with its explanation and its executed examples."""
