"""Owns linting one text: runs the rules on it and makes diagnostics of their problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress as suppress_errors
from time import perf_counter

from apigw_lint import suppress
from apigw_lint.config import Config, running
from apigw_lint.diagnostic import Diagnostic, Related, Report
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules import RULES, Problem, Rule
from apigw_lint.rules.terraform import NOT_LINTED
from apigw_lint.source import placeholder
from apigw_lint.source.parse import parse
from apigw_lint.source.placeholder import is_unknown
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Node, TextProblem, Tree

DEFAULT_CONFIG = Config()
MAX_MESSAGE = 1000
READING, SCHEMAS, VIEWS = "(reading)", "(schemas)", "(what rules share)"


def lint(path: str, text: str, config: Config = DEFAULT_CONFIG) -> Report:
    """What the rules find in a specification, or in those of a `.tf` file, sorted by place.

    `path` is a name for the findings; nothing is read from it. `text` may begin with a byte order mark. Never raises
    for any text: a rule that fails is a finding of the rule `crash`.
    """
    text = text.removeprefix("\ufeff")
    if path.endswith(".tf"):
        return lint_resources(path, text, config, _not_followed)
    return lint_spec(Spec(parse(Source(path, text, config.template))), config)


def lint_resources(path: str, text: str, config: Config, follow: Callable[[str], str]) -> Report:
    """What the rules find in the gateways of a `.tf` file; one without any is a skip.

    `follow` says of a file that a gateway names why it is not linted, and nothing when it is.
    """
    from apigw_lint.source.terraform import RESOURCE, document, gateways

    resources = gateways(text)
    if not resources:
        return Report(skipped=[(path, f"no '{RESOURCE}' resource with a 'spec' in it")])
    whole = Source(path, text)
    rest = Tree(whole)
    reports = []
    for one in resources:
        reason = follow(one.file) if one.file else one.reason
        if reason:
            rest.skipped.append(TextProblem(one.span, reason))
        elif not one.file:
            report = lint_spec(Spec(parse(document(path, text, one))), config)
            ignored = [hidden._replace(diagnostic=hidden.diagnostic.moved(whole)) for hidden in report.ignored]
            reports.append(report._replace(found=[found.moved(whole) for found in report.found], ignored=ignored))
    rules = [rule for rule in running(config) if rule.name == NOT_LINTED]
    report = Report.merged([*reports, Report(diagnose(Spec(rest), rules, config))])
    return report._replace(checked=[path])


def _not_followed(file: str) -> str:
    return f"'{file}' is not linted, because only this text is at hand"


def lint_spec(spec: Spec, config: Config = DEFAULT_CONFIG) -> Report:
    """What the rules find in a specification that is parsed already, ignore comments applied."""
    rules = running(config)
    if spec.root is not None and isinstance(spec.root.value, str) and is_unknown(spec.root):
        rules = [rule for rule in rules if rule.name == NOT_LINTED]
    with placeholder.also(config.placeholders):
        seconds = _prepared(spec)
        diagnostics = diagnose(spec, rules, config, seconds)
        sifted = suppress.apply_ignores(spec.tree, diagnostics, frozenset(rule.name for rule in rules))
    about_ignores = [
        _stamped(spec, config, RULES[name], problem) for name, problem in sifted.problems if config.runs(RULES[name])
    ]
    found = sorted((*sifted.found, *about_ignores), key=lambda one: one.order)
    return Report(found, [spec.tree.source.path], ignored=sifted.ignored, seconds=seconds)


def _prepared(spec: Spec) -> dict[str, float]:
    """Seconds by what was done: what many rules need is made before them, so that none is charged for all."""
    seconds = {READING: spec.tree.seconds}
    for name, make in ((SCHEMAS, lambda: spec.schema_errors), (VIEWS, spec.prepare)):
        start = perf_counter()
        with suppress_errors(Exception):  # a rule that needs it fails again, and that is reported
            make()
        seconds[name] = perf_counter() - start
    return seconds


def diagnose(
    spec: Spec, rules: Iterable[Rule], config: Config, seconds: dict[str, float] | None = None
) -> list[Diagnostic]:
    """What some rules find, sorted, each finding once; `seconds` gets the time of each."""
    found: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in _discreet(list(_yielding(_diagnostics(spec, rules, config, {} if seconds is None else seconds)))):
        found.setdefault(diagnostic.order, diagnostic)
    return sorted(found.values(), key=lambda one: one.order)


def _diagnostics(spec: Spec, rules: Iterable[Rule], config: Config, seconds: dict[str, float]) -> Iterator[Diagnostic]:
    for rule in rules:
        start = perf_counter()
        try:
            found = [_stamped(spec, config, rule, problem) for problem in rule.check(spec)]
        except Exception as error:  # noqa: BLE001 - a failing rule is a finding, and the others must run
            found = [_crashed(spec, rule, error)]
        seconds[rule.name] = perf_counter() - start
        yield from found


def _stamped(spec: Spec, config: Config, rule: Rule, problem: Problem) -> Diagnostic:
    node = problem.node
    return Diagnostic(
        source=spec.tree.source,
        span=problem.at or (node.span if node else Span(0, 0)),
        rule=rule.name,
        severity=config.severity(rule, problem.severity),
        consequence=rule.consequence,
        message=_shortened(problem.message),
        pointer=node.pointer if node else "",
        url=problem.url or rule.url,
        fix=problem.fix,
        is_secret=problem.is_secret,
        related=tuple(Related(_span_of(place), text) for place, text in problem.related),
    )


def _shortened(message: str) -> str:
    """A message that can be read, however long the values in it are."""
    return message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 200]} ... {message[-195:]}"


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


def _discreet(diagnostics: list[Diagnostic]) -> list[Diagnostic]:
    """The same findings, with the secrets that some are about blotted out in the messages of all."""
    secrets = {one.source.slice(one.span) for one in diagnostics if one.is_secret}
    if not secrets:
        return diagnostics
    index = _Secrets(secrets)
    return [index.kept_out_of(one) for one in diagnostics]


class _Secrets:
    """Texts that must not be shown, by their first letters, so that one look at a message tells which it has."""

    def __init__(self, texts: set[str]) -> None:
        self.width = min(map(len, texts))
        self.by_start: dict[str, list[str]] = defaultdict(list)
        for text in sorted(texts, key=len, reverse=True):
            self.by_start[text[: self.width]].append(text)

    def told_by(self, text: str) -> list[str]:
        """The secrets that a text has in it."""
        starts = (text[at : at + self.width] for at in range(len(text) - self.width + 1))
        return [secret for start in starts for secret in self.by_start.get(start, ()) if secret in text]

    def kept_out_of(self, one: Diagnostic) -> Diagnostic:
        """A finding with stars for the secrets in its message, and without a fix that would write one."""
        message = one.message
        for secret in self.told_by(message):
            message = message.replace(secret, "*" * len(secret))
        if one.fix and any(self.told_by(edit.text) for edit in one.fix.edits):
            one = one._replace(fix=None)
        return one if message == one.message else one._replace(message=message)
