"""Reading JSON that nobody has checked."""

from __future__ import annotations

from typing import Any


def dig(data: Any, *path: str) -> Any:
    """What stands at the path of keys; None where it leads nowhere."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


def strings(value: Any) -> list[str]:
    """The strings in a list; nothing where it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def whole(value: Any) -> int | None:
    """A whole number, or None (a truth value is no number)."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None
