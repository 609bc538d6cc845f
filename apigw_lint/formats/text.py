"""Renders findings for people: grouped by file, with the lines they are about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby

from apigw_lint.diagnostic import Diagnostic, Related, Report, Severity
from apigw_lint.formats.location import first_position
from apigw_lint.formats.printable import printable
from apigw_lint.masking import mask_texts
from apigw_lint.source.text import Source, Span

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_BOLD, _DIM, _LINK = "1", "2", "34"
_WIDEST = 160
_MOST_LINES = 20


def render(report: Report, *, color: bool = False) -> str:
    """The findings with code frames, terminal colours if wanted; nothing for a clean report."""
    hidden = (*(ignored.diagnostic for ignored in report.ignored), *report.baselined)
    texts = mask_texts((*report.found, *hidden))
    blocks = []
    for path, diagnostics in groupby(report.found, key=lambda diagnostic: diagnostic.source.path):
        blocks.append(_paint(printable(path), _BOLD, color) + "\n")
        blocks += [_block(diagnostic, texts, color) for diagnostic in diagnostics]
    return "\n".join(blocks)


def _block(diagnostic: Diagnostic, texts: dict[Source, str], color: bool) -> str:
    source, severity, fix = diagnostic.source, diagnostic.severity, diagnostic.fix
    text = texts.get(source, source.text)
    start = first_position(diagnostic)
    shade = _COLORS[severity]
    width = len(str(max(start.line, *(source.position(related.span.start).line for related in diagnostic.related), 0)))
    rule = _paint(f"[{diagnostic.rule}]", _DIM, color)
    head = f"{_paint(severity, shade, color)}: {printable(diagnostic.full_message)} {rule}"
    lines = [f"  {start.line}:{start.column}: {head}"]
    lines += _frame(source, text, diagnostic.span, shade, width, color)
    for related in _distinct(diagnostic):
        lines += _related(source, text, related, width, color)
    if diagnostic.repeats:
        lines.append(_paint(f"  {'':{width}} . also on {_lines_in_words(diagnostic)}", _DIM, color))
    notes = []
    if fix and not diagnostic.is_secret:
        notes.append(f"fix: {printable(fix.title)}{'' if fix.safe else ' (unsafe)'}")
    notes.append(f"{diagnostic.consequence}: {diagnostic.consequence.meaning}")
    if diagnostic.url:
        notes.append(diagnostic.url)
    lines += [_paint(f"  {'':{width}} = {note}", _DIM, color) for note in notes]
    return "\n".join(lines) + "\n"


def _distinct(diagnostic: Diagnostic) -> Iterator[Related]:
    """The first three related places, those left out that are shown already."""
    shown = {diagnostic.span}
    for related in diagnostic.related[:3]:
        if related.span not in shown:
            shown.add(related.span)
            yield related


def _lines_in_words(diagnostic: Diagnostic) -> str:
    """The lines of the repeats, the first ones of many."""
    lines = list(dict.fromkeys(diagnostic.source.position(span.start).line for span in diagnostic.repeats))
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:_MOST_LINES]))}{more}"


def _related(source: Source, text: str, related: Related, width: int, color: bool) -> list[str]:
    line = source.position(related.span.start).line
    title = f"  {'':{width}} . {printable(related.message)} (line {line}):"
    return [_paint(title, _DIM, color), *_frame(source, text, related.span, _LINK, width, color, mark="-")]


def _frame(source: Source, text: str, span: Span, shade: str, width: int, color: bool, mark: str = "^") -> list[str]:
    """The line that a span begins on, as `text` has it, and a mark under what the span covers of it."""
    if not text:
        return []
    line = source.position(span.start).line
    whole = source.line_span(line)
    end = min(max(span.end, span.start + 1), max(whole.end, span.start + 1))
    first = max(whole.start, span.start - _WIDEST // 2)
    last = min(whole.end, first + _WIDEST)
    before, marked = text[first : span.start], text[span.start : min(end, last)]
    dots = "..." if first > whole.start else ""
    shown = dots + _tidy(text[first:last]) + ("..." if last < whole.end else "")
    indent = " " * (len(dots) + _columns(_tidy(before)))
    under = mark * max(1, _columns(_tidy(marked)))
    gutter = f"  {line:{width}} | "
    return [
        f"{_paint(gutter, _LINK, color)}{_highlighted(shown) if color else shown}".rstrip(),
        f"{_paint(f'  {chr(32) * width} | ', _LINK, color)}{indent}{_paint(under, shade, color)}",
    ]


def _tidy(text: str) -> str:
    return printable(text.replace("\t", "    "))


def _columns(text: str) -> int:
    """How many terminal columns a text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )


def _highlighted(line: str) -> str:
    from pygments import highlight
    from pygments.formatters.terminal import TerminalFormatter
    from pygments.lexers.data import JsonLexer, YamlLexer

    lexer = JsonLexer if line.lstrip()[:1] in ('"', "{", "}") else YamlLexer
    leading = line[: len(line) - len(line.lstrip())]
    return leading + str(highlight(line.lstrip(), lexer(stripnl=False), TerminalFormatter())).rstrip("\n")


def _paint(text: str, code: str, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color and text else text
