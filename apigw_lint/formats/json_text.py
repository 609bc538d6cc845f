"""Owns what the JSON formats have in common."""

from __future__ import annotations

import json
from typing import Any


def document(content: Any) -> str:
    r"""The indented JSON document with this content; `##` is written `#\u0023`.

    What reads JSON gets the same text, and the runner of a CI server finds no `##[error]` to obey in its log.
    """
    return json.dumps(content, ensure_ascii=False, indent=2).replace("##", r"#\u0023") + "\n"
