"""Renders findings for people: grouped by file, with the lines they are about."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from apigw_lint.diagnostic import Diagnostic, Related, Report, Severity
from apigw_lint.formats.highlight import highlighted
from apigw_lint.formats.location import first_position, location
from apigw_lint.formats.printable import at_line_start, printable
from apigw_lint.masking import mask_texts
from apigw_lint.source.text import Source, Span

_COLORS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_BOLD, _DIM, _LINK = "1", "2", "34"
_WIDEST = 160
_NARROWEST = 40
_MOST_LINES = 20
_INDENT = "    "


class _Style(NamedTuple):
    """How findings are shown: with colours or without, and in how many columns, None for any number."""

    color: bool
    width: int | None

    def paint(self, text: str, code: str) -> str:
        """A string with the terminal's codes around it, if colours are wanted."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.color and text and code else text


def render(report: Report, *, color: bool = False, width: int | None = None) -> str:
    """The findings with code frames, terminal colours if wanted; nothing for a clean report.

    Lines are wrapped between words if `width`, the number of columns of a terminal, is given.
    """
    hidden = (*(ignored.diagnostic for ignored in report.ignored), *report.baselined, *report.unchanged)
    texts = mask_texts((*report.found, *hidden))
    style = _Style(color, width and max(width, _NARROWEST))
    return "\n".join(_block(diagnostic, texts, style) for diagnostic in report.found)


def _block(diagnostic: Diagnostic, texts: dict[Source, str], style: _Style) -> str:
    source = diagnostic.source
    text = texts.get(source, source.text)
    start = first_position(diagnostic)
    shade = _COLORS[diagnostic.severity]
    margin = len(str(max(start.line, *(_line(source, related) for related in diagnostic.related), 0)))
    lines = _wrapped(list(_head(diagnostic, shade)), style, _INDENT)
    lines += _frame(source, text, diagnostic.span, shade, margin, style)
    for related in _distinct(diagnostic):
        place = related.source or source
        lines += _related(source, texts.get(place, place.text), related, margin, style)
    if diagnostic.repeats:
        lines += _note(".", f"also on {_lines_in_words(diagnostic)}", margin, style)
    for note in _notes(diagnostic):
        lines += _note("=", note, margin, style)
    return "\n".join(lines) + "\n"


def _head(diagnostic: Diagnostic, shade: str) -> Iterator[tuple[str, str]]:
    """The words of a finding's first line, each with its colour; the first one is a place that terminals can open."""
    yield at_line_start(printable(f"{location(diagnostic)}:")), _BOLD
    yield f"{diagnostic.severity}:", f"{_BOLD};{shade}"
    yield from ((word, "") for word in printable(diagnostic.full_message).split(" "))
    yield f"[{diagnostic.rule}]", _DIM


def _notes(diagnostic: Diagnostic) -> Iterator[str]:
    """What is said below the code: the fix, the consequence, the page of the documentation."""
    fix = diagnostic.fix
    if fix and not diagnostic.is_secret:
        yield f"fix: {printable(fix.title)}{'' if fix.safe else ' (unsafe)'}"
    yield f"{diagnostic.consequence}: {diagnostic.consequence.meaning}"
    if diagnostic.url:
        yield diagnostic.url


def _note(mark: str, text: str, margin: int, style: _Style) -> list[str]:
    """A line below the code, dimmed, from the column where the code begins."""
    indent = f"  {'':{margin}} "
    words = [(word, _DIM) for word in text.split(" ")]
    words[0] = (f"{mark} {words[0][0]}", _DIM)
    return [indent + line for line in _wrapped(words, style, "  ", len(indent))]


def _wrapped(words: list[tuple[str, str]], style: _Style, indent: str, margin: int = 0) -> list[str]:
    """Words with their colours as lines that fit beside a margin of some columns, all but the first one indented."""
    lines: list[list[tuple[str, str]]] = [[]]
    column = margin
    for word, code in words:
        if lines[-1] and style.width and column + 1 + _columns(word) > style.width:
            lines.append([])
            column = margin + len(indent)
        column += bool(lines[-1]) + _columns(word)
        lines[-1].append((word, code))
    return [(indent if number else "") + _painted(line, style) for number, line in enumerate(lines)]


def _painted(words: list[tuple[str, str]], style: _Style) -> str:
    """Words on one line, neighbours of one colour painted together."""
    runs = groupby(words, key=itemgetter(1))
    return " ".join(style.paint(" ".join(word for word, _ in run), code) for code, run in runs)


def _distinct(diagnostic: Diagnostic) -> Iterator[Related]:
    """The first three related places, those left out that are shown already."""
    shown: set[tuple[Source | None, Span]] = {(None, diagnostic.span)}
    for related in diagnostic.related[:3]:
        place = related.source, related.span
        if place not in shown:
            shown.add(place)
            yield related


def _lines_in_words(diagnostic: Diagnostic) -> str:
    """The lines of the repeats, the first ones of many."""
    lines = list(dict.fromkeys(diagnostic.source.position(span.start).line for span in diagnostic.repeats))
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:_MOST_LINES]))}{more}"


def _related(source: Source, text: str, related: Related, margin: int, style: _Style) -> list[str]:
    file = f"{printable(related.source.path)}, " if related.source else ""
    title = _note(".", f"{printable(related.message)} ({file}line {_line(source, related)}):", margin, style)
    return [*title, *_frame(related.source or source, text, related.span, _LINK, margin, style, mark="-")]


def _line(source: Source, related: Related) -> int:
    return (related.source or source).position(related.span.start).line


def _frame(source: Source, text: str, span: Span, shade: str, margin: int, style: _Style, mark: str = "^") -> list[str]:
    """The line that a span begins on, as `text` has it, and a mark under what the span covers of it."""
    if not text:
        return []
    line = source.position(span.start).line
    whole = source.line_span(line)
    end = min(max(span.end, span.start + 1), max(whole.end, span.start + 1))
    widest = min(_WIDEST, style.width - margin - 12) if style.width else _WIDEST
    first = max(whole.start, span.start - widest // 2) if whole.end - whole.start > widest else whole.start
    last = min(whole.end, first + widest)
    before, marked = text[first : span.start], text[span.start : min(end, last)]
    dots = "..." if first > whole.start else ""
    shown = dots + _tidy(text[first:last]) + ("..." if last < whole.end else "")
    indent = " " * (len(dots) + _columns(_tidy(before)))
    under = mark * max(1, _columns(_tidy(marked)))
    return [
        f"{style.paint(f'  {line:{margin}} | ', _LINK)}{highlighted(shown) if style.color else shown}".rstrip(),
        f"{style.paint(f'  {chr(32) * margin} | ', _LINK)}{indent}{style.paint(under, f'{_BOLD};{shade}')}",
    ]


def _tidy(text: str) -> str:
    return printable(text.replace("\t", "    "))


def _columns(text: str) -> int:
    """How many terminal columns a text takes."""
    return sum(
        0 if unicodedata.combining(letter) else 2 if unicodedata.east_asian_width(letter) in "WF" else 1
        for letter in text
    )
