"""Owns rule pages: as text for terminals, as markdown, and the parts of the repository that are made of them.

`python -m apigw_lint.docs` writes `docs/rules/`, the table of rules in the README, and the rules in
`schemas/config.json`.
"""

from __future__ import annotations

import json
import os
import re
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from apigw_lint.rules import RULES, Rule

HEADER = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"

_EXAMPLE = re.compile(r"^(Bad|Good):[^\n]*\n((?:[ ]{4}[^\n]*\n|\n)+)", re.MULTILINE)
_TABLE = re.compile(r"(?<=<!-- rules -->\n).*?(?=<!-- /rules -->)", re.DOTALL)


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


def severities(rule: Rule) -> str:
    """The severities that a rule's findings have, in words, and whether it runs by default."""
    both = sorted({rule.severity, *rule.other_severities}, key=lambda severity: severity.rank)
    names = " or ".join(severity.value for severity in both)
    return names if rule.is_default else f"off by default, {names} when enabled"


def page(rule: Rule, *, color: bool = False) -> str:
    """A rule's page as text, for terminals with colours if wanted."""
    head = f"{_paint(rule.name, '1', color)} ({severities(rule)})\n{rule.consequence}: {rule.consequence.meaning}\n"
    head += f"fixes: {rule.fixes}\n" if rule.fixes else ""
    doc = rule.doc
    if color:
        doc = re.sub(r"(?m)^Bad:$", _paint("Bad:", "31;1", color), doc)
        doc = re.sub(r"(?m)^Good:$", _paint("Good:", "32;1", color), doc)
        doc = re.sub(r"(?m)^( {4}.+\n?)+", lambda found: _highlighted(found[0]), doc)
        doc = re.sub(r"`([^`\n]+)`", lambda found: _paint(found[1], "36", color), doc)
    return f"{head}\n{doc}\n"


def _paint(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text


def _highlighted(example: str) -> str:
    from pygments import highlight
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.lexers.data import YamlLexer

    colored = str(highlight(textwrap.dedent(example), YamlLexer(), TerminalFormatter()))
    return textwrap.indent(colored, "    ")


def markdown(rule: Rule) -> str:
    """A rule's page as markdown."""
    doc = rule.doc.partition("\n")[2]
    doc = _EXAMPLE.sub(lambda found: f"{found[1]}:\n\n{_fenced(found[2])}\n\n", doc + "\n")
    doc = re.sub(r"(?m)^See: (\S+)$", r"See: <\1>", doc)
    doc = re.sub(r"\n{3,}", "\n\n", doc.strip("\n"))
    facts = f"{severities(rule).capitalize()}. *{rule.consequence}*: {rule.consequence.meaning}.{_about_fixes(rule)}"
    return f"# {rule.name}\n\n{rule.summary}\n\n{facts}\n\n{doc}\n"


def _about_fixes(rule: Rule) -> str:
    """How the findings of a rule can be fixed."""
    if not rule.fixes:
        return ""
    how = {"safe": "apigw-lint fix", "unsafe": "apigw-lint fix --unsafe"}
    return f" `{how[rule.fixes]}` repairs it." if rule.fixes in how else " `apigw-lint fix` repairs some of it."


def _fenced(example: str) -> str:
    text = textwrap.dedent(example).strip("\n")
    return f"```yaml\n{text}\n```"


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


def markdown_table() -> str:
    """The list of all rules as a table for the README."""
    rows = [
        f"| [{rule.name}](docs/rules/{rule.name}.md) | {severities(rule)} | {rule.fixes} | {rule.summary} |\n"
        for rule in RULES.values()
    ]
    return "| rule | default | fixes | finds |\n|---|---|---|---|\n" + "".join(rows)


def generated(root: str) -> Iterator[tuple[str, str]]:
    """The files of the repository that are made of rule pages: path and content."""
    for rule in RULES.values():
        yield os.path.join(root, "docs", "rules", f"{rule.name}.md"), markdown(rule)
    readme = os.path.join(root, "README.md")
    with open(readme, encoding="utf-8") as file:
        yield readme, _TABLE.sub(lambda _: markdown_table(), file.read())
    config = os.path.join(root, "schemas", "config.json")
    with open(config, encoding="utf-8") as file:
        schema = json.load(file)
    schema["definitions"]["rules"]["properties"] = {
        rule.name: {"description": rule.summary, "allOf": [{"$ref": "#/definitions/severity"}]}
        for rule in RULES.values()
    }
    yield config, json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the files that are made of rule pages, and removes pages of rules that are gone."""
    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    folder = os.path.join(root, "docs", "rules")
    os.makedirs(folder, exist_ok=True)
    for name in os.listdir(folder):
        if name.removesuffix(".md") not in RULES:
            os.remove(os.path.join(folder, name))
    for path, content in generated(root):
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            file.write(content)


if __name__ == "__main__":
    main()
