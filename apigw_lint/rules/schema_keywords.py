"""Owns which rule reports the failures of which keyword of JSON Schema."""

from __future__ import annotations

KEYWORDS_OF: dict[str, tuple[str, ...]] = {
    "unknown-key": ("additionalProperties",),
    "missing-key": ("required",),
    "wrong-type": ("type",),
    "bad-value": (
        *("enum", "const", "pattern", "minimum", "maximum", "exclusiveMinimum", "maxLength", "minItems", "uniqueItems"),
        *("minProperties", "maxProperties", "not", "propertyNames"),
    ),
    "leftover-placeholder": ("placeholder",),
    "ambiguous-scalar": ("disputed",),
}
"""By rule, the keywords whose failures it reports; each has one rule."""
