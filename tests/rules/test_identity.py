"""What identifies a finding stays while other mistakes of the document are repaired."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from apigw_lint import Diagnostic, inputs
from apigw_lint.diagnostic import Edit
from apigw_lint.fix.apply import OffsetMap, apply_edits
from apigw_lint.fix.edits import delete_entry
from apigw_lint.linter import reading_of
from tests.support import RULE_FOLDERS, config_for, found, header, read

BAD_FILES = [
    path
    for folder in RULE_FOLDERS
    for path in sorted(folder.glob("bad*.yaml"))
    if not path.name.endswith(".fixed.yaml")
]
REPAIRS = 40
"""How many repairs of a file are tried."""

OTHER_WORDS = {
    "malformed-path": "names the path as it is written, with its other flaws",
    "malformed-header": "is in the header whose name is repaired",
}
"""Rules whose findings are others after a repair, and why they are right to be."""


def _repairs(text: str, diagnostics: list[Diagnostic], rule: str) -> Iterator[list[Edit]]:
    """Edits that repair one finding each: those of its fix, and what removes the entry that it is about."""
    trees = inputs.from_text("spec.yaml", text, reading_of(config_for(rule))).documents
    deletions = []
    for diagnostic in diagnostics:
        start = diagnostic.span.start
        node = trees[0].key_at(start) or trees[0].at(start) if len(trees) == 1 else None
        deletions.append(delete_entry(node) if node else None)
        if diagnostic.fix:
            yield list(dict.fromkeys(diagnostic.fix.edits))
    yield from (list(edits) for edits in dict.fromkeys(deletions) if edits)


def _identities(diagnostics: list[tuple[int, Diagnostic]]) -> dict[tuple[str, int], Counter[tuple[str, ...]]]:
    """What identifies findings, by rule and place; items of lists have another number once one before them is gone."""
    found_at: dict[tuple[str, int], Counter[tuple[str, ...]]] = defaultdict(Counter)
    for start, one in diagnostics:
        rule, pointer, message = one.identity
        found_at[rule, start][re.sub(r"/\d+(?=/|$)", "/#", pointer), message] += 1
    return found_at


@pytest.mark.parametrize("path", BAD_FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_repairs(path: Path) -> None:
    """What is still found in the same place has the same identity."""
    text, rule = read(path), path.parent.name
    before = list(found(text, config=config_for(rule)))
    others = set()
    for number, edits in enumerate(_repairs(text, before, rule)):
        if number == REPAIRS:
            break
        offsets = OffsetMap(edits)
        left = [one for one in before if not offsets.is_edited(one.span.start, one.span.end)]
        old = _identities([(offsets.after(one.span.start), one) for one in left])
        new = _identities([(one.span.start, one) for one in found(apply_edits(text, edits), config=config_for(rule))])
        for place in old.keys() & new.keys():
            if old[place] - new[place] and new[place] - old[place]:
                others.add(place[0])
    assert others == {rule} & OTHER_WORDS.keys()


SERVED = "x-yc-apigateway-integration: {type: dummy, http_code: 200}"
AUTHORIZER = "x-yc-apigateway-authorizer: {type: function, function_id: d4e0123456789abcdefg}"
NEIGHBOURS = {
    "unknown-key": (
        "paths: {}\nx-yc-apigateway: {cors: {origin: false, allowHeaders: [A], headers: [B]}}\n",
        "allowHeaders",
        "allowedHeaders",
    ),
    "unresolved-ref": (
        f"paths: {{/a: {{get: {{responses: {{200: {{$ref: '#/components/responses/Pet'}}}}, {SERVED}}}}}}}\n"
        "components: {responses: {Pest: {description: A}}}\n",
        "Pest",
        "Animal",
    ),
    "undefined-security-scheme": (
        f"security: [{{basik: []}}]\npaths: {{/a: {{get: {{{SERVED}}}}}}}\n"
        f"components: {{securitySchemes: {{another: {{type: http, scheme: basic, {AUTHORIZER}}}}}}}\n",
        "another",
        "basic",
    ),
    "undeclared-variable": (
        f"paths: {{/a: {{get: {{summary: '${{var.stage}}', {SERVED}}}}}}}\n"
        "x-yc-apigateway: {variables: {stages: {default: a}}}\n",
        "stages",
        "zone",
    ),
    "parameter-dropped": (
        "paths: {/a: {get: {parameters: [{name: a, in: cookie, schema: {type: string}},"
        " {name: b, in: cookie, schema: {type: string}}],"
        " x-yc-apigateway-integration: {type: http, url: 'https://example.com/'}}}}\n",
        ", {name: b, in: cookie, schema: {type: string}}",
        "",
    ),
    "unenforced-security": (
        f"paths: {{/a: {{get: {{security: [{{a: []}}], {SERVED}}}}},"
        f" /b: {{get: {{security: [{{a: []}}], {SERVED}}}}}}}\n"
        "components: {securitySchemes: {a: {type: http, scheme: basic}}}\n",
        f"/b: {{get: {{security: [{{a: []}}], {SERVED}}}}}",
        f"/b: {{get: {{{SERVED}}}}}",
    ),
    "duplicate-operation-id": (
        f"paths: {{/a: {{get: {{operationId: x, {SERVED}}}}}, /b: {{get: {{operationId: x, {SERVED}}}}},"
        f" /c: {{get: {{operationId: x, {SERVED}}}}}}}\n",
        f"/a: {{get: {{operationId: x, {SERVED}",
        f"/a: {{get: {{operationId: y, {SERVED}",
    ),
}
"""By rule: a document, what of it is repaired, and what it is repaired to; that changes the hint of another finding."""


@pytest.mark.parametrize("rule", NEIGHBOURS)
def test_neighbours(rule: str) -> None:
    """A hint follows the rest of the document, and the finding that it belongs to is still the same one."""
    body, wrong, right = NEIGHBOURS[rule]
    assert wrong in body
    texts = header(body), header(body.replace(wrong, right))
    before, after = ({one.identity: one for one in found(text) if one.rule == rule} for text in texts)
    same = before.keys() & after.keys()
    assert same
    assert same == after.keys()
    assert [identity for identity in same if before[identity].full_message != after[identity].full_message]
