"""Owns the pages of rules, which are their docstrings, and those of changes: for terminals, as Markdown, as a list."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable

from apigw_lint.diff.kinds import KINDS
from apigw_lint.rules import RULES, Rule

PAGES: dict[str, Rule] = {**RULES, **KINDS}
"""All that has a page, by name: the rules, and the kinds of changes that `diff` reports."""
EXAMPLE = re.compile(r"^(Bad|Good):[^\n]*\n((?:[ ]{4}[^\n]*\n|\n)+)", re.MULTILINE)
"""An example in a docstring: `Bad` or `Good`, and its lines, indented by four spaces."""


def severities(rule: Rule) -> str:
    """The severities of a rule's findings, such as `error or warning`, and whether the rule is off by default."""
    both = sorted({rule.severity, *rule.other_severities}, key=lambda severity: severity.rank)
    names = " or ".join(severity.value for severity in both)
    return names if rule.is_default else f"off by default, {names} when enabled"


def consequences(rule: Rule, mark: str = "") -> str:
    """What comes of a rule's findings, the rule's own consequence first, each name between marks."""
    names = (rule.consequence, *rule.other_consequences)
    return ", or ".join(f"{mark}{consequence}{mark}: {consequence.meaning}" for consequence in names)


def page(rule: Rule, *, color: bool = False) -> str:
    """A rule's page for a terminal, with ANSI colours on request."""
    head = f"{_paint(rule.name, '1', color)} ({severities(rule)})\n{consequences(rule)}\n"
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
    """A rule's page as Markdown, with a heading and fenced examples."""
    doc = rule.doc.partition("\n")[2]
    doc = EXAMPLE.sub(lambda found: f"{found[1]}:\n\n{_fenced(found[2])}\n\n", doc + "\n")
    doc = re.sub(r"(?m)^See: (\S+)$", r"See: <\1>", doc)
    doc = re.sub(r"\n{3,}", "\n\n", doc.strip("\n"))
    facts = f"{severities(rule).capitalize()}. {consequences(rule, '*')}.{_about_fixes(rule)}"
    return f"# {rule.name}\n\n{rule.summary}\n\n{facts}\n\n{doc}\n"


def _about_fixes(rule: Rule) -> str:
    """A sentence that says which command fixes the findings, with a space before it; empty without fixes."""
    if not rule.fixes:
        return ""
    how = {"safe": "apigw-lint fix", "unsafe": "apigw-lint fix --unsafe"}
    return f" `{how[rule.fixes]}` fixes it." if rule.fixes in how else " `apigw-lint fix` fixes some of it."


def _fenced(example: str) -> str:
    text = textwrap.dedent(example).strip("\n")
    return f"```yaml\n{text}\n```"


def facts(rule: Rule) -> dict[str, object]:
    """What is known of a rule, as `schemas/rules.json` describes an object of its list."""
    return {
        "name": rule.name,
        "family": rule.family,
        "severity": rule.severity.value,
        "otherSeverities": [severity.value for severity in rule.other_severities],
        "consequence": rule.consequence.value,
        "otherConsequences": [consequence.value for consequence in rule.other_consequences],
        "enabledByDefault": rule.is_default,
        "fixes": rule.fixes or None,
        "summary": rule.summary,
        "page": markdown(rule),
        "url": rule.url,
    }


def table(rules: Iterable[Rule] = PAGES.values()) -> str:
    """Rules for a terminal, one per line, grouped by family."""
    rules = list(rules)
    width = max(len(rule.name) for rule in rules)
    lines: list[str] = []
    family = ""
    for rule in rules:
        if rule.family != family:
            family = rule.family
            lines += ["", family] if lines else [family]
        severity = str(rule.severity) if rule.is_default else "off"
        lines.append(f"  {rule.name:{width}}  {severity:7}  {rule.summary}")
    return "\n".join(lines) + "\n"
