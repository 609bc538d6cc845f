"""Owns linting: the pipeline from the documents of an input to the diagnostics of a report."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress as suppress_errors
from time import perf_counter

from apigw_lint import inputs, suppress
from apigw_lint.bounds import MAX_MESSAGE
from apigw_lint.config import Config, running
from apigw_lint.diagnostic import Consequence, Diagnostic, Ignored, Related, Report
from apigw_lint.gateway.documented import page_of
from apigw_lint.gateway.fragments import name_of_part
from apigw_lint.gateway.kinds import DOCS
from apigw_lint.gateway.spec import Spec
from apigw_lint.hosts.contents import Reading
from apigw_lint.inputs import Input
from apigw_lint.masking import mask_of, masked
from apigw_lint.rules import RULES, Problem, Rule
from apigw_lint.rules.terraform import NOT_LINTED
from apigw_lint.source.mask import NOTHING_HIDDEN, Mask
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Node, Tree
from apigw_lint.source.unknown import is_unknown

DEFAULT_CONFIG = Config()

READING, SCHEMAS, VIEWS = "(reading)", "(schemas)", "(what rules share)"


def lint(path: str, text: str, config: Config = DEFAULT_CONFIG) -> Report:
    """What the rules find in a specification, or in those of a `.tf` file, sorted by place.

    `path` is a name for the findings; nothing is read from it. `text` may begin with a byte order mark. Never raises
    for any text: a rule that fails is a finding of the rule `crash`.
    """
    return lint_input(inputs.from_text(path, text, reading_of(config)), config)


def reading_of(config: Config) -> Reading:
    """How a configuration says that a text is read."""
    return Reading(config.template, config.placeholders, hosts=config.hosts)


def lint_input(content: Input, config: Config = DEFAULT_CONFIG) -> Report:
    """The report of all documents of an input, its spans those of the whole text; a skip when there are none."""
    return lint_specs(content, [Spec(tree) for tree in content.documents], config)


def lint_specs(content: Input, specs: Iterable[Spec], config: Config = DEFAULT_CONFIG) -> Report:
    """The same, for who needs the specs of the documents for something else too."""
    source = content.source
    if content.reason:
        return Report(skipped=[(source.path, content.reason)])
    reports = [_lint_document(spec, config).located for spec in specs]
    rule = RULES[NOT_LINTED]
    skipped = content.skipped if config.runs(rule) else ()
    parts = [_made(source, rule, Problem(None, part.message, at=part.span), config) for part in skipped]
    followed = [one.path for tree in content.documents for one in tree.sources[1:]]
    fragments = [(source.path, name_of_part(tree)) for tree in content.documents if tree.part]
    report = Report.merged([*reports, Report(parts)])
    report = report._replace(checked=[source.path, *followed], fragments=fragments, parts=followed)
    return _presentable(report, source, content.documents)


def lint_documents(content: Input, config: Config) -> Report:
    """What is found in the documents of an input, the spans those of the text of the document, not of its file."""
    report = Report.merged(_lint_document(Spec(tree), config) for tree in content.documents)
    return _presentable(report, content.source, content.documents)


def _presentable(report: Report, source: Source, trees: Iterable[Tree]) -> Report:
    """The report with no secret in it; the source remembers how to hide those, for what else is shown."""
    if not report.found and not report.ignored:
        return report
    trees = list(trees)
    mask = mask_of(source, trees)
    for one in (source, *(other for tree in trees for other in tree.sources)):
        one.mask = mask
    ignored = [Ignored(_shown(hidden.diagnostic, mask), mask.hide(hidden.reason)) for hidden in report.ignored]
    return report._replace(found=[_shown(diagnostic, mask) for diagnostic in report.found], ignored=ignored)


def _shown(diagnostic: Diagnostic, mask: Mask = NOTHING_HIDDEN) -> Diagnostic:
    """A diagnostic without secrets that can be read, however long the values in its message are."""
    diagnostic = masked(diagnostic, mask)
    return diagnostic._replace(message=_shortened(diagnostic.message), hint=_shortened(diagnostic.hint))


def _shortened(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else f"{message[: MAX_MESSAGE - 200]} ... {message[-195:]}"


def _lint_document(spec: Spec, config: Config) -> Report:
    """The report of one document: its rules' diagnostics, less what ignore comments hide."""
    tree = spec.tree
    rules = _rules_for(spec, config)
    seconds = _prepare(spec)
    diagnostics = _diagnose(spec, rules, config, seconds)
    if tree.other:
        diagnostics = _sorted(_distinct([*diagnostics, *_in_other_branches(tree, rules, config)]))
    sifted = suppress.apply_ignores(tree, diagnostics, frozenset(rule.name for rule in rules))
    about_ignores = [
        _made(tree.source, RULES[name], problem, config)
        for name, problem in sifted.problems
        if config.runs(RULES[name])
    ]
    return Report(_sorted([*sifted.found, *about_ignores]), ignored=sifted.ignored, seconds=seconds)


def _rules_for(spec: Spec, config: Config) -> list[Rule]:
    """The rules that a document can be judged by: of one that is a single placeholder only what says so."""
    root = spec.root
    is_placeholder = root is not None and isinstance(root.value, str) and is_unknown(root)
    return [rule for rule in running(config) if rule.name == NOT_LINTED or not is_placeholder]


def _prepare(spec: Spec) -> dict[str, float]:
    """Makes what many rules need, so that no single rule is charged for it; seconds by what was made."""
    seconds = {READING: spec.tree.seconds}
    for name, make in ((SCHEMAS, lambda: spec.schema_errors), (VIEWS, spec.prepare)):
        start = perf_counter()
        with suppress_errors(Exception):  # a rule that needs it fails again, and that is reported
            make()
        seconds[name] = perf_counter() - start
    return seconds


def diagnose(spec: Spec, rules: Iterable[Rule], config: Config) -> Sequence[Diagnostic]:
    """The diagnostics of some rules, sorted, each once, without secrets."""
    report = Report(_diagnose(spec, rules, config, {}))
    return _presentable(report, spec.tree.source, (spec.tree,)).found


def _diagnose(spec: Spec, rules: Iterable[Rule], config: Config, seconds: dict[str, float]) -> Sequence[Diagnostic]:
    """The diagnostics of some rules, sorted, each once; `seconds` gets the time of each rule by its name."""
    diagnostics = list(_run_rules(spec, rules, config, seconds))
    return _sorted(_distinct(_without_yielding(diagnostics)))


def _in_other_branches(tree: Tree, rules: Iterable[Rule], config: Config) -> Iterator[Diagnostic]:
    """What is found in the branches that a directive chooses between, all but the last ones."""
    while other := tree.other:
        entries = filter(None, (other.key_at(one.first.start) for one in tree.alternatives))
        branches = sorted((*(entry.key_span or entry.span), entry.raw_span.end) for entry in entries)
        starts = [branch[0] for branch in branches]
        for diagnostic in _diagnose(Spec(other), rules, config, {}):
            number = bisect_right(starts, diagnostic.span.start) - 1
            if number >= 0 and diagnostic.span.start < branches[number][2]:
                yield diagnostic
        tree = other


def _with_known(tree: Tree, diagnostic: Diagnostic) -> Diagnostic:
    """A diagnostic that says where the values come from that a template is given; there is nothing to fix there."""
    known = tree.known_in(diagnostic.span)
    if not known:
        return diagnostic
    places = dict.fromkeys(f"{one.place} sets '${{{one.name}}}'" for one in known if one.place)
    return diagnostic._replace(hint=f"{diagnostic.hint} ({', '.join(places)})" if places else diagnostic.hint, fix=None)


def _run_rules(spec: Spec, rules: Iterable[Rule], config: Config, seconds: dict[str, float]) -> Iterator[Diagnostic]:
    for rule in rules:
        if rule.check is None:
            continue
        start = perf_counter()
        try:
            written = map(_of_what_is_written, rule.check(spec))
            problems = (_with_page(spec, rule, problem) for problem in written if problem)
            diagnostics = [_made(spec.tree.source, rule, problem, config) for problem in problems]
            if spec.tree.known:
                diagnostics = [_with_known(spec.tree, diagnostic) for diagnostic in diagnostics]
        except Exception as error:  # noqa: BLE001 - a failing rule is a finding, and the others must run
            diagnostics = [_crash(spec.tree.source, rule, error)]
        seconds[rule.name] = perf_counter() - start
        yield from diagnostics


def _of_what_is_written(problem: Problem) -> Problem | None:
    """A problem without places that are not in the text of a part of a specification, None if it is about such one."""
    if problem.node is not None and problem.node.is_made:
        return None
    if not any(isinstance(place, Node) and place.is_made for place, _ in problem.related):
        return problem
    related = tuple((place, text) for place, text in problem.related if not (isinstance(place, Node) and place.is_made))
    return problem._replace(related=related)


def _with_page(spec: Spec, rule: Rule, problem: Problem) -> Problem:
    """A problem of a rule whose own page is only the overview, with the page about its place, if that has one.

    A page of OpenAPI says nothing of the gateway, so it is shown for what contradicts OpenAPI alone.
    """
    if rule.url != DOCS or problem.url or problem.node is None or not spec.is_specification:
        return problem
    is_key = problem.at is not None and problem.at == problem.node.key_span
    page = page_of(spec.kinds, problem.node, is_key=is_key)
    is_about_it = page.startswith(DOCS) or (problem.consequence or rule.consequence) is Consequence.INVALID
    return problem._replace(url=page) if page and is_about_it else problem


def diagnostic_of(source: Source, rule: Rule, problem: Problem, config: Config = DEFAULT_CONFIG) -> Diagnostic:
    """The diagnostic of a problem that is not about what a document holds."""
    return _shown(_made(source, rule, problem, config))


def _made(source: Source, rule: Rule, problem: Problem, config: Config = DEFAULT_CONFIG) -> Diagnostic:
    """The diagnostic of a problem, secrets and all; the only place where one is made."""
    problem = _at_origin(problem)
    node = problem.node
    consequence = problem.consequence or rule.consequence
    return Diagnostic(
        source=source,
        span=problem.at or (node.span if node else Span(0, 0)),
        rule=rule.name,
        severity=config.severity(rule, problem.severity),
        consequence=consequence,
        message=problem.message,
        hint=problem.hint,
        pointer=node.pointer if node else "",
        url="" if consequence is Consequence.UNCHECKED else problem.url or rule.url,
        fix=problem.fix,
        is_secret=problem.is_secret,
        cause=problem.cause,
        related=tuple(Related(_span_of(place), text) for place, text in problem.related),
    )


def _at_origin(problem: Problem) -> Problem:
    """A problem of a value that variables give: at the value if it is that of one variable, else with the condition."""
    possible, use = problem.possible, problem.node
    if possible is None or use is None or not possible.when:
        return problem
    if possible.origin is None:
        return problem._replace(message=f"when {possible.when}, {problem.message}")
    related = ((use, "used here"), *problem.related)
    cause = problem.message, problem.hint, possible.origin
    return problem._replace(node=possible.origin, at=None, related=related, cause=cause)


def _span_of(place: Node | Span) -> Span:
    return place.span if isinstance(place, Node) else place


def _crash(source: Source, rule: Rule, error: Exception) -> Diagnostic:
    import traceback

    frame = traceback.extract_tb(error.__traceback__)[-1]
    message = (
        f"rule '{rule.name}' failed with {type(error).__name__}: {error} ({frame.name}, line {frame.lineno}); "
        f"please report it, and use '--disable {rule.name}' meanwhile"
    )
    return _made(source, RULES["crash"], Problem(None, message))


def _without_yielding(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """All but those of rules that yield to another rule's diagnostic on the same node."""
    reported = {(diagnostic.rule, *_place(diagnostic)) for diagnostic in diagnostics}
    return [
        diagnostic
        for diagnostic in diagnostics
        if not any((better, *_place(diagnostic)) in reported for better in RULES[diagnostic.rule].yields_to)
    ]


def _place(diagnostic: Diagnostic) -> tuple[Source, str]:
    """The file and the node that a diagnostic is about."""
    return diagnostic.source.located(diagnostic.span).source, diagnostic.pointer


def _distinct(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    """Of diagnostics that say the same of the same place, the first, with what others with its cause are related to."""
    distinct: dict[tuple[object, ...], Diagnostic] = {}
    for diagnostic in diagnostics:
        first = distinct.setdefault(diagnostic.order, diagnostic)
        if first is not diagnostic and first.cause is not None:
            related = dict.fromkeys((*first.related, *diagnostic.related))
            distinct[diagnostic.order] = first._replace(related=tuple(related))
    return list(distinct.values())


def _sorted(diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
    return sorted(diagnostics, key=lambda diagnostic: diagnostic.order)
