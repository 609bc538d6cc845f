"""Writes what is made from the code: rule pages, their index, two schemas, `docs/tests.md`, shown output.

Run `python -m tools.generate_docs` in the top folder after a change to a rule, to a schema, to a test's docstring or to
what the command prints. `tests/project/test_docs.py` fails when one of these files is missing or out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from apigw_lint.diff.kinds import KINDS
from apigw_lint.pages import markdown, severities
from apigw_lint.rules import RULES, Rule
from tools import editor_schema, tests_page, transcripts

ROOT = Path(__file__).resolve().parents[1]
COMMAND = "python -m tools.generate_docs"

_INDEX_HEAD = f"""\
# The rules

<!-- Made by `{COMMAND}` from the docstrings of the rules. -->

Each page says why a rule exists, shows a bad and a good example, and links to the documentation it is based on.
`apigw-lint explain RULE` prints the same page, `apigw-lint rules` this list.

- **Severity**: *error* is a mistake for certain, *warning* most likely one, *info* something to know. A finding may be
  less severe than its rule where less is certain. Rules that are off by default run with `--enable RULE`,
  `--strict` or `extends: strict`; see [configuration](../configuration.md).
- **Fixes**: `apigw-lint fix` applies *safe* ones, `apigw-lint fix --unsafe` the others too; see
  [fixing](../command-line.md#apigw-lint-fix).
"""


def generated() -> Iterator[tuple[Path, str]]:
    """Each file that is made from the code, and what it must contain."""
    folder = ROOT / "docs" / "rules"
    for rule in RULES.values():
        yield folder / f"{rule.name}.md", markdown(rule)
    yield folder / "README.md", rule_index()
    yield ROOT / "docs" / "tests.md", tests_page.page(ROOT / "tests")
    config = ROOT / "schemas" / "config.json"
    yield config, config_schema(config.read_text("utf-8"))
    yield ROOT / "schemas" / "editor.json", editor_schema.text()
    for page in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        if page.exists() and transcripts.PATTERN.search(before := page.read_text("utf-8")):
            yield page, transcripts.refreshed(before, ROOT)


def rule_index() -> str:
    """The page with a table of rules for each family."""
    return _INDEX_HEAD + "".join(_family(name, list(rules)) for name, rules in groupby(RULES.values(), _family_of))


_SPELLINGS = {
    "Cors": "CORS",
    "Http": "HTTP",
    "Json": "JSON",
    "json": "JSON",
    "Yaml": "YAML",
    "Urls": "URLs",
    "Websocket": "WebSocket",
    "openapi": "OpenAPI",
}


def _family_of(rule: Rule) -> str:
    words = rule.family.replace("_", " ").capitalize()
    return re.sub("|".join(_SPELLINGS), lambda match: _SPELLINGS[match[0]], words)


def _family(name: str, rules: list[Rule]) -> str:
    rows = [
        f"| [{rule.name}]({rule.name}.md) | {severities(rule)} | {rule.fixes} | {rule.summary} |\n" for rule in rules
    ]
    return f"\n## {name}\n\n| rule | severity | fixes | finds |\n|---|---|---|---|\n" + "".join(rows)


def config_schema(text: str) -> str:
    """The schema of the configuration with every rule and every kind of change in it."""
    schema = json.loads(text)
    schema["definitions"]["rules"]["properties"] = {
        rule.name: {"description": rule.summary, "allOf": [{"$ref": "#/definitions/severity"}]}
        for rule in (*RULES.values(), *KINDS.values())
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def outdated() -> list[str]:
    """What is wrong with the files on disk, such as `docs/rules/syntax.md is missing`; empty when all are fresh."""
    wrong = []
    for path, content in generated():
        if not path.exists():
            wrong.append(f"{path.relative_to(ROOT)} is missing")
        elif path.read_text("utf-8") != content:
            wrong.append(f"{path.relative_to(ROOT)} is out of date")
    return wrong + [f"{path.relative_to(ROOT)} is the page of no rule" for path in _left_over()]


def _left_over() -> list[Path]:
    """Pages of rules that are gone."""
    pages = (ROOT / "docs" / "rules").glob("*.md")
    return sorted(path for path in pages if path.name != "README.md" and path.stem not in RULES)


def main() -> None:
    """Writes every generated file, and removes pages of rules that are gone."""
    for path in _left_over():
        path.unlink()
    for path, content in generated():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
