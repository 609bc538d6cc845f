"""Owns rule pages: what `explain` shows, and the examples in them."""

from __future__ import annotations

import re
import textwrap
from typing import NamedTuple

from apigw_lint.rules import RULES, Rule

HEADER = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"

_EXAMPLE = re.compile(r"^(Bad|Good):[^\n]*\n((?:[ ]{4}[^\n]*\n|\n)+)", re.MULTILINE)


class Example(NamedTuple):
    """An example of a rule's page: whether it is a good one, what is shown, and a whole specification of it."""

    is_good: bool
    text: str
    spec: str


def examples(rule: Rule) -> list[Example]:
    """The examples of a rule's page, in its order.

    Pages leave out `openapi` and `info`, and `paths` where nothing else stands beside it.
    """
    found = []
    for kind, body in _EXAMPLE.findall(rule.doc + "\n"):
        text = textwrap.dedent(body).strip("\n") + "\n"
        whole = "paths:\n" + textwrap.indent(text, "  ") if text.startswith("/") else text
        found.append(Example(kind == "Good", text, whole if re.search("^(openapi|swagger)", whole) else HEADER + whole))
    return found


def page(rule: Rule) -> str:
    """A rule's page as plain text."""
    state = "" if rule.is_default else ", off unless enabled"
    head = f"{rule.name} ({rule.severity}{state})\n{rule.consequence}: {rule.consequence.meaning}\n"
    return f"{head}\n{rule.doc}\n"


def table() -> str:
    """The list of all rules, one a line, family by family."""
    width = max(map(len, RULES))
    lines: list[str] = []
    family = ""
    for rule in RULES.values():
        if rule.family != family:
            family = rule.family
            lines.append(f"{'' if not lines else chr(10)}{family}")
        severity = str(rule.severity) if rule.is_default else "off"
        lines.append(f"  {rule.name:{width}}  {severity:7}  {rule.summary}")
    return "\n".join(lines) + "\n"
