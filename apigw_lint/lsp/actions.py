"""Code actions: fixes, all safe fixes at once, an ignore with a place for its reason, the page of a rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from operator import itemgetter

from lsprotocol.types import (
    CodeAction,
    CodeActionKind,
    Command,
    OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit,
    WorkspaceEdit,
)

from apigw_lint.diagnostic import Diagnostic, Edit
from apigw_lint.fix.apply import apply_edits
from apigw_lint.fix.safety import SafetyNet
from apigw_lint.fix.subject import LintedText
from apigw_lint.fix.text import fix_texts
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.lsp.diagnostics import client_diagnostic
from apigw_lint.lsp.ignores import possible_ignores
from apigw_lint.source.text import Span

FIX_ALL = "source.fixAll.apigw-lint"
EXPLAIN = "apigw-lint.explain"
KINDS = (CodeActionKind.QuickFix, CodeActionKind.SourceFixAll, FIX_ALL)


def code_actions(analysis: Analysis, span: Span, only: Sequence[str] | None = None) -> list[CodeAction]:
    """What can be done about the findings that a span touches; `only` are the kinds that are wanted, None for all.

    "Fix all" is about the whole text, and is offered without being asked for where a finding has a safe fix.
    """
    touched = [diagnostic for diagnostic in analysis.report.found if _touch(diagnostic.span, span)]
    actions: list[CodeAction] = []
    if _is_wanted(CodeActionKind.QuickFix, only):
        actions += _fixes(analysis, touched)
    is_asked_for = only is not None and _is_wanted(FIX_ALL, only)
    if is_asked_for or (only is None and any(_is_safe(diagnostic) for diagnostic in touched)):
        actions += _fix_all(analysis)
    if _is_wanted(CodeActionKind.QuickFix, only):
        for diagnostic in touched:
            actions += _ignores(analysis, diagnostic)
        actions += [_explanation(analysis, diagnostic) for diagnostic in _first_of_each_rule(touched)]
    return actions


def workspace_edit(analysis: Analysis, edits: Iterable[Edit]) -> WorkspaceEdit:
    """Edits of a text for the client, which refuses them if the text has changed meanwhile, if it can."""
    text, changes = analysis.text, [analysis.text_edit(edit) for edit in edits]
    if not text.client.takes_versions:
        return WorkspaceEdit(changes={text.uri: changes})
    identifier = OptionalVersionedTextDocumentIdentifier(text.uri, text.version)
    return WorkspaceEdit(document_changes=[TextDocumentEdit(identifier, changes)])


def _touch(first: Span, second: Span) -> bool:
    return first.start <= second.end and second.start <= first.end


def _is_wanted(kind: str, only: Sequence[str] | None) -> bool:
    """Whether a kind, or one that it is a part of, is among the wanted ones."""
    return only is None or any(wanted in ("", kind) or kind.startswith(f"{wanted}.") for wanted in only)


def _is_safe(diagnostic: Diagnostic) -> bool:
    return diagnostic.fix is not None and diagnostic.fix.safe and bool(diagnostic.fix.edits)


def _fixes(analysis: Analysis, diagnostics: list[Diagnostic]) -> Iterator[CodeAction]:
    """The fixes that the safety net lets pass, each once."""
    seen = set()
    fixes = [(diagnostic, fix) for diagnostic in diagnostics if (fix := diagnostic.fix) and fix.edits]
    if not fixes:
        return
    net = SafetyNet(analysis.subject, analysis.linted, is_thorough=False)
    for diagnostic, fix in fixes:
        if fix.edits in seen or not isinstance(net.apply([(diagnostic, fix)]), LintedText):
            continue
        seen.add(fix.edits)
        yield CodeAction(
            title=fix.title,
            kind=CodeActionKind.QuickFix,
            diagnostics=[client_diagnostic(analysis, diagnostic)],
            is_preferred=fix.safe,
            edit=workspace_edit(analysis, fix.edits),
        )


def _fix_all(analysis: Analysis) -> Iterator[CodeAction]:
    """All safe fixes of the text, as one action."""
    source = analysis.source
    fixed = fix_texts(analysis.subject, [source.text])[0]
    if fixed.applied:
        edit = workspace_edit(analysis, line_edits(source.text, fixed.text))
        yield CodeAction(title="apigw-lint: fix all that is safe", kind=FIX_ALL, edit=edit)


def line_edits(before: str, after: str) -> Iterator[Edit]:
    """The edits that turn a text into another one, each of whole lines."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    offsets = [0]
    for line in old:
        offsets.append(offsets[-1] + len(line))
    for tag, start, end, new_start, new_end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            yield Edit(Span(offsets[start], offsets[end]), "".join(new[new_start:new_end]))


def _ignores(analysis: Analysis, diagnostic: Diagnostic) -> Iterator[CodeAction]:
    """The way to ignore a finding that hides the fewest others, the first of several."""
    ways = [
        (hidden, edits)
        for edits in possible_ignores(analysis, diagnostic)
        if (hidden := _hidden(analysis, diagnostic, edits))
    ]
    if ways:
        _, edits = min(ways, key=itemgetter(0))
        yield CodeAction(
            title=f"ignore '{diagnostic.rule}' here",
            kind=CodeActionKind.QuickFix,
            diagnostics=[client_diagnostic(analysis, diagnostic)],
            edit=workspace_edit(analysis, edits),
        )


def _hidden(analysis: Analysis, diagnostic: Diagnostic, edits: Iterable[Edit]) -> int:
    """How many findings edits hide, 0 if they do not hide this one or bring another."""
    subject = analysis.subject
    before = Counter(one.identity for one in analysis.everything.found)
    report = subject.lint(subject.read(apply_edits(analysis.source.text, edits))).report
    after = Counter(one.identity for one in report.found)
    is_hidden = after[diagnostic.identity] < before[diagnostic.identity]
    return (before - after).total() if is_hidden and not after - before else 0


def _explanation(analysis: Analysis, diagnostic: Diagnostic) -> CodeAction:
    return CodeAction(
        title=f"explain '{diagnostic.rule}'",
        kind=CodeActionKind.QuickFix,
        diagnostics=[client_diagnostic(analysis, diagnostic)],
        command=Command(title=f"explain '{diagnostic.rule}'", command=EXPLAIN, arguments=[diagnostic.rule]),
    )


def _first_of_each_rule(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    return list({diagnostic.rule: diagnostic for diagnostic in reversed(list(diagnostics))}.values())[::-1]
