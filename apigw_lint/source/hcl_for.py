"""Owns what a `for` expression of HCL repeats: the object, and the keys under which Terraform writes it."""

from __future__ import annotations

from collections.abc import Container, Sequence

from apigw_lint.source.hcl_expression import Expression
from apigw_lint.source.placeholder import Placeholders
from apigw_lint.source.text import Span

Keys = list[tuple[str, Span]]
"""Keys and where each is written."""


def is_for(expression: Expression, opener: int) -> bool:
    """Whether the brackets that a token opens hold a `for`."""
    return expression.written(expression.after_lines(opener + 1)) == "for"


def body(expression: Expression, opener: int) -> int:
    """The number of the token with which what a `for` gives each key begins; that of its end if it gives none."""
    end = expression.closers[opener]
    outside = expression.outside(opener + 1, end)
    arrow = next((number for number in outside if expression.written(number) == "=>"), end)
    return min(expression.after_lines(arrow + 1), end)


def keys(expression: Expression, opener: int, placeholders: Placeholders, taken: Container[str]) -> Keys:
    """The keys of a `for`: those of the list that it goes through, or one that is not in `taken` and not known.

    Raises RefusedError.
    """
    tokens = expression.tokens
    start = body(expression, opener)
    outside = [number for number in expression.outside(opener + 1, start) if tokens[number].kind != "line"]
    colon = next((at for at, number in enumerate(outside) if expression.begins(number, ":")), 0)
    *key, arrow = outside[colon + 1 :] or [opener]
    names = outside[: next((at for at, number in enumerate(outside) if expression.written(number) == "in"), 0)]
    is_name = len(key) == 1 and bool(names) and expression.written(key[0]) == expression.written(names[-1])
    listed = _listed(expression, outside[len(names) + 1 : colon]) if is_name else []
    return listed or [_unlisted(expression, key[0] if key else arrow, tokens[arrow - 1].end, placeholders, taken)]


def _unlisted(
    expression: Expression, number: int, end: int, placeholders: Placeholders, taken: Container[str]
) -> tuple[str, Span]:
    """The key of a `for` as far as it is written; another one of the same text is another key."""
    first = expression.tokens[number]
    is_text = first.kind == "string" and first.end == end
    key = expression.key_in_quotes(first, placeholders) if is_text else expression.unknown(first.start, end)
    while key in taken:
        key = f"{key}${{or}}"
    return key, Span(first.start, max(first.start, end))


def _listed(expression: Expression, collection: Sequence[int]) -> Keys:
    """The strings of a list that is written out, each once; nothing if it is anything else."""
    if not collection or not expression.begins(collection[0], "["):
        return []
    first, last = collection[0], expression.closers[collection[0]]
    if collection[-1] != first:
        return []
    found: dict[str, Span] = {}
    for number in range(first + 1, last):
        token = expression.tokens[number]
        if token.kind == "string":
            meant = expression.meant(token)
            if meant.has_parts:
                return []
            found.setdefault(meant.value, Span(token.start, token.end))
        elif token.kind != "line" and not expression.begins(number, ","):
            return []
    return list(found.items())
