"""Owns linting one text: runs the rules on it and makes diagnostics of their problems."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from apigw_lint.config import Config
from apigw_lint.diagnostic import Diagnostic, Related, Report, Severity
from apigw_lint.rules import RULES, Problem, Rule
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Node
from apigw_lint.spec.model import Spec

DEFAULT_CONFIG = Config()


def lint(path: str, text: str, config: Config = DEFAULT_CONFIG) -> Report:
    """What the rules find in a specification, sorted by place.

    `path` is a name for the findings; nothing is read from it. `text` may begin with a byte order mark. Never raises
    for any text: a rule that fails is a finding of the rule `crash`.
    """
    return lint_spec(Spec(parse(Source(path, text.removeprefix("\ufeff")))), config)


def lint_spec(spec: Spec, config: Config = DEFAULT_CONFIG) -> Report:
    """What the rules find in a specification that is parsed already."""
    found: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in _yielding(_diagnostics(spec, config)):
        found.setdefault(diagnostic.order, diagnostic)
    return Report(sorted(found.values(), key=lambda one: one.order), [spec.tree.source.path])


def chosen_rules(config: Config) -> list[Rule]:
    """The rules that a configuration lets run."""
    return [
        rule
        for rule in RULES.values()
        if (rule.is_default or rule.name in config.enabled) and config.rules.get(rule.name, rule.severity) is not None
    ]


def _diagnostics(spec: Spec, config: Config) -> Iterator[Diagnostic]:
    for rule in chosen_rules(config):
        try:
            yield from [_stamped(spec, config, rule, problem) for problem in rule.check(spec)]
        except Exception as error:  # noqa: BLE001 - a failing rule is a finding, and the others must run
            yield _crashed(spec, rule, error)


def _stamped(spec: Spec, config: Config, rule: Rule, problem: Problem) -> Diagnostic:
    node = problem.node
    severity = config.severity(rule.name, problem.severity or rule.severity) or rule.severity
    span = problem.at or (node.span if node else Span(0, 0))
    return Diagnostic(
        source=spec.tree.source,
        span=span,
        rule=rule.name,
        severity=severity,
        consequence=rule.consequence,
        message=problem.message,
        pointer=node.pointer if node else "",
        url=problem.url or rule.url,
        fix=problem.fix,
        is_secret=problem.is_secret,
        related=tuple(Related(_span_of(place), text) for place, text in problem.related),
    )


def _span_of(place: Node | Span) -> Span:
    return place.span if isinstance(place, Node) else place


def _crashed(spec: Spec, rule: Rule, error: Exception) -> Diagnostic:
    import traceback

    place = traceback.extract_tb(error.__traceback__)[-1]
    message = (
        f"rule '{rule.name}' failed with {type(error).__name__}: {error} ({place.name}, line {place.lineno}); "
        f"please report it, and use '--disable {rule.name}' meanwhile"
    )
    crash = RULES["crash"]
    return Diagnostic(spec.tree.source, Span(0, 0), crash.name, crash.severity, crash.consequence, message)


def _yielding(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """All but those that give way to a better rule's finding on the same node."""
    all_of_them = list(diagnostics)
    taken = {(one.rule, one.pointer) for one in all_of_them}
    for one in all_of_them:
        if not any((better, one.pointer) in taken for better in RULES[one.rule].yields_to):
            yield one


def worst(report: Report) -> Severity | None:
    """The worst severity in a report, None when nothing was found."""
    return min((one.severity for one in report.found), key=lambda severity: severity.rank, default=None)
