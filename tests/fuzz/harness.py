"""What must hold of any text, whatever holds it: it is linted and fixed without a crash, and all is found inside it."""

from __future__ import annotations

import json

from apigw_lint import lint
from apigw_lint.fix.text import FixOptions, fix_text
from tests.support import EVERYTHING

MOST_TO_FIX = 1500
"""Fixing is slow: of texts that are longer than so many characters it would take most of the time."""

_MARKS = {
    "main.tf": ("yandex_api_gateway", "<<", "encode("),
    "main.tf.json": ("yandex_api_gateway", "locals"),
    "spec.yaml.tftpl": ("${", "%{"),
    "spec.yaml.j2": ("{{", "{%"),
    "templates/spec.yaml": ("{{",),
    "README.md": ("```", "~~~"),
    "deploy.sh": ("<<",),
}
"""What a text may be called beside `spec.yaml`, and of what one must be in it so that it is read as that."""


def names(text: str) -> list[str]:
    """What a text may be called, so that it is read as all that it may be."""
    return ["spec.yaml", *(name for name, marks in _MARKS.items() if any(mark in text for mark in marks))]


def hosted(text: str) -> dict[str, str]:
    """Files that hold a text as a specification, by their names: as each host holds one."""
    return {
        "local.tf": f"locals {{\n  spec = <<-EOT\n{text}\nEOT\n}}\n",
        "object.tf": f'resource "yandex_api_gateway" "g" {{\n  spec = yamlencode({text})\n}}\n',
        "string.tf.json": json.dumps({"resource": {"yandex_api_gateway": {"g": {"spec": text}}}}),
        "block.md": f"- text\n\n  ```yaml\n  {text.replace(chr(10), chr(10) + '  ')}\n  ```\n",
        "script.sh": f"cat > spec.yaml <<EOF\n{text}\nEOF\n",
        "quoted.sh": f"cat > spec.yaml <<'EOF'\n{text}\nEOF\n",
    }


def run(data: bytes) -> None:
    """Lints a text and makes its fixes, by itself and in each host. Raises AssertionError if something is wrong."""
    text = data.decode("utf-8", "replace")
    for name in names(text):
        _run(name, text)
    for name, host in hosted(text).items():
        _run(name, host)


def _run(name: str, text: str) -> None:
    """Raises AssertionError when a rule crashed, or a finding or an edit is outside the text."""
    report = lint(name, text, EVERYTHING)
    for one in report.found:
        assert one.rule != "crash", (name, one.message)
        for span in (one.span, *(edit.span for edit in (one.fix.edits if one.fix else ()))):
            assert 0 <= span.start <= span.end <= len(one.source.text), (name, one.rule, span)
        for related in one.related:
            assert 0 <= related.span.start <= related.span.end <= len((related.source or one.source).text), name
    if len(text) < MOST_TO_FIX and any(one.fix for one in report.found):
        fix_text(name, text, EVERYTHING, FixOptions(unsafe=True))
