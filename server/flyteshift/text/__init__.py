"""Text: documents, spans, edits, line tables and position encodings. Knows nothing of Flyte or of the protocol."""

from flyteshift.text.document import Change, Document
from flyteshift.text.lines import Encoding, LineTable
from flyteshift.text.spans import Edit, Span, apply_edits, compose, moved

__all__ = ["Change", "Document", "Edit", "Encoding", "LineTable", "Span", "apply_edits", "compose", "moved"]
