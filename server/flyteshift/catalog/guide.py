"""The pages of the official guide from Flyte 1 to Flyte 2, by the short keys that rules and catalog rows use."""

from __future__ import annotations

_FLYTE = "https://www.union.ai/docs/v2/flyte/user-guide/migration/flyte-2/"
_UNION = "https://www.union.ai/docs/v2/union/user-guide/migration/flyte-2/"

INDEX = _FLYTE
"""The guide's first page."""

PAGES: dict[str, str] = {
    **{
        key: f"{_FLYTE}{key}/"
        for key in (
            "overview",
            "tasks-and-workflows",
            "configuration",
            "cli-and-configuration",
            "control-flow",
            "parallelism",
            "data-io",
            "ml-workloads",
            "new-in-flyte-2",
            "hybrid-pipelines",
            "gotchas-and-caveats",
        )
    },
    # Union's own features are told in Union's edition of the guide only.
    "union-features": f"{_UNION}union-features/",
}
"""Absolute URL of each page by its key."""


def url(key: str) -> str:
    """The URL of a page of the guide; the guide's first page where the key is unknown."""
    return PAGES.get(key, INDEX)
