"""What must hold of any text: it is linted and fixed without a crash, and every finding and edit is inside it."""

from __future__ import annotations

from apigw_lint import lint
from apigw_lint.fix.text import FixOptions, fix_text
from tests.support import EVERYTHING

MOST_TO_FIX = 1500
"""Fixing is slow: of texts that are longer than so many characters it would take most of the time."""

_MARKS = {"main.tf": "yandex_api_gateway", "spec.yaml.tftpl": "${", "spec.yaml.j2": "{{", "templates/spec.yaml": "{{"}


def names(text: str) -> list[str]:
    """What a text may be called, so that it is read as all that it may be."""
    return ["spec.yaml", *(name for name, mark in _MARKS.items() if mark in text)]


def run(data: bytes) -> None:
    """Lints a text and makes its fixes. Raises AssertionError when a rule crashed or something is outside the text."""
    text = data.decode("utf-8", "replace")
    for name in names(text):
        report = lint(name, text, EVERYTHING)
        for one in report.found:
            assert one.rule != "crash", one.message
            for span in (one.span, *(edit.span for edit in (one.fix.edits if one.fix else ()))):
                assert 0 <= span.start <= span.end <= len(one.source.text), (one.rule, span)
        if len(text) < MOST_TO_FIX and any(one.fix for one in report.found):
            fix_text(name, text, EVERYTHING, FixOptions(unsafe=True))
