"""Owns the documents in a shell script: the heredocs that are specifications, as in `cat > spec.yaml <<EOF`."""

from __future__ import annotations

from apigw_lint.gateway.own_keys import may_have_own_key
from apigw_lint.hosts.contents import Contents, Reading
from apigw_lint.hosts.document import is_whole, may_be_whole, read_document
from apigw_lint.recognition import looks_half_written
from apigw_lint.source.heredocs import Heredoc, heredocs
from apigw_lint.source.text import SHELL_TABS, TABS, Source
from apigw_lint.source.tree import TextProblem, Tree
from apigw_lint.spelling import counted

NO_HEREDOC = "no heredoc in it is a gateway specification"


def read(source: Source, reading: Reading) -> Contents:
    """The heredocs that are specifications; those that are and cannot be linted are skipped parts."""
    documents: list[Tree] = []
    skipped: list[TextProblem] = []
    for heredoc in heredocs(source.text) if may_have_own_key(source.text) else ():
        text = source.slice(heredoc.span)
        if not may_be_whole(text):
            continue
        if reason := _flaw(heredoc, text):
            skipped.append(TextProblem(heredoc.opening, f"the specification is not linted, because {reason}"))
            continue
        tree = read_document(source.part(heredoc.span, heredoc.style), reading.placeholders)
        if is_whole(tree) or (tree.syntax_errors and looks_half_written("", text, is_wanted=False)):
            documents.append(tree)
    if not documents and not skipped:
        return Contents(reason=NO_HEREDOC)
    what = counted(len(documents), "heredoc") if documents else "no heredoc that can be linted"
    return Contents(tuple(documents), tuple(skipped), kind=f"shell script with {what}")


def _flaw(heredoc: Heredoc, text: str) -> str:
    """Why a heredoc is not linted, empty if it is."""
    if heredoc.style in (TABS, SHELL_TABS):
        from apigw_lint.source.shell import tabs_differ

        if tabs_differ(text):
            return "its lines begin with different numbers of tabs, which '<<-' takes away"
    return ""
