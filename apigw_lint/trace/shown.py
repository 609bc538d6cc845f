"""Owns how a trace is shown: as text, as Markdown, and as JSON, which `schemas/trace.json` describes.

Secrets are hidden, those of the document and those of the request.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from apigw_lint.formats.json_text import document
from apigw_lint.formats.location import readable
from apigw_lint.formats.printable import at_line_start, printable
from apigw_lint.gateway import secrets
from apigw_lint.inputs import Input
from apigw_lint.masking import mask_of
from apigw_lint.source.mask import Mask
from apigw_lint.spelling import listed
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Outcome, Status, Step, Trace

FORMATS = ("text", "json", "markdown")
_CREDENTIALS = ("authorization", "cookie", "proxy-authorization")
_SHOWN = 1000
_OUTCOMES = {
    Outcome.ANSWERED: "the request is answered",
    Outcome.REFUSED: "the request is refused",
    Outcome.UNSERVED: "no operation answers the request",
    Outcome.OPEN: "whether the request is answered is open",
}


class Shown(NamedTuple):
    """A trace that is to be shown, with its request, the input that it is about, and its gateways."""

    content: Input
    request: Request
    trace: Trace
    gateways: tuple[str, ...] = ()


def rendered(shown: Shown, name: str) -> str:
    """A trace in one of `FORMATS`."""
    mask = _mask(shown)
    if name == "json":
        return document(_json(shown, mask))
    lines = _markdown(shown, mask) if name == "markdown" else _text(shown, mask)
    return "".join(f"{line}\n" for line in lines)


def _mask(shown: Shown) -> Mask:
    """What hides the secrets of the document, and those of the request: what has the name of one, or looks like one."""
    request = shown.request
    hidden: set[str] = set()
    for name, value in (*request.headers, *request.query, *request.cookies(), *_named_in(request.body)):
        if name.lower() in _CREDENTIALS or secrets.is_name(name):
            hidden.update((value, value.rpartition(" ")[2]))
    texts = (request.path, *(value for _, value in (*request.headers, *request.query)), _text_of(request.body))
    hidden.update(token for _, token in secrets.tokens("\0".join(texts)))
    long_enough = (value for value in hidden if len(value) >= secrets.SHORTEST)
    document_mask = mask_of(shown.content.source, shown.content.documents)
    return Mask(document_mask.secrets.union(long_enough))


def _text_of(body: bytes | None) -> str:
    return (body or b"").decode("utf-8", "replace")


def _named_in(body: bytes | None) -> Iterator[tuple[str, str]]:
    """The names and values of the strings in a body that is JSON."""
    try:
        whole = json.loads(_text_of(body))
    except (ValueError, RecursionError):
        return
    open_ones = [whole] if isinstance(whole, (dict, list)) else []
    while open_ones:
        value = open_ones.pop()
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(item, str):
                yield str(key), item
            elif isinstance(item, (dict, list)):
                open_ones.append(item)


def _text(shown: Shown, mask: Mask) -> Iterator[str]:
    yield at_line_start(_line(_title(shown.request), mask))
    yield at_line_start(_where(shown))
    width = len(str(len(shown.trace.steps)))
    for number, step in enumerate(shown.trace.steps, 1):
        place = _place(shown, step)
        yield f"{number:{width}}. {_words(step, mask)}" + (f" -- {place}" if place else "")
        for name, value in step.details:
            yield f"{' ' * width}    {_detail(name, value, mask)}"
    yield _outcome(shown.trace)


def _markdown(shown: Shown, mask: Mask) -> Iterator[str]:
    yield f"### {_escaped(_line(_title(shown.request), mask))}"
    yield ""
    yield _escaped(_where(shown))
    yield ""
    for step in shown.trace.steps:
        place = _place(shown, step)
        yield f"1. {_escaped(_words(step, mask))}" + (f" ({place})" if place else "")
        for name, value in step.details:
            yield f"   - {_escaped(_detail(name, value, mask))}"
    yield ""
    yield f"**{_outcome(shown.trace)}**"


def _escaped(text: str) -> str:
    """A text that Markdown shows as it is."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>#|~&@!" else sign for sign in text)


def _json(shown: Shown, mask: Mask) -> dict[str, Any]:
    request = shown.request
    return {
        "version": 1,
        "request": {
            "method": request.method,
            "path": mask.hide(request.path),
            "query": [{"name": mask.hide(name), "value": mask.hide(value)} for name, value in request.query],
            "event": request.event,
        },
        "outcome": shown.trace.outcome.value,
        "steps": [_json_step(shown, step, mask) for step in shown.trace.steps],
    }


def _json_step(shown: Shown, step: Step, mask: Mask) -> dict[str, Any]:
    source = step.place.source if step.place else shown.content.source
    position = source.position(step.place.span.start) if step.place else None
    return {
        "step": step.name,
        "status": step.status.value,
        "message": mask.hide(step.text),
        "path": readable(source.path),
        "line": position.line if position else None,
        "column": position.column if position else None,
        "details": [{"name": mask.hide(name), "value": mask.hide(value)} for name, value in step.details],
    }


def _title(request: Request) -> str:
    event = f" (WebSocket event '{request.event}')" if request.event else ""
    query = "&".join(f"{name}={value}" for name, value in request.query)
    return f"{request.method} {request.path}{'?' if query else ''}{query}{event}"


def _words(step: Step, mask: Mask) -> str:
    mark = "" if step.status in (Status.OK, Status.INFO) else f" ({step.status.value})"
    return f"{step.name}{mark}: {_line(step.text, mask)}"


def _detail(name: str, value: str, mask: Mask) -> str:
    return f"{_line(name, mask)}: {_line(value, mask)}".rstrip()


def _line(text: str, mask: Mask) -> str:
    """A text on one line, as it may be shown; the end of a long one is left out."""
    hidden = mask.hide(text)
    return printable(hidden if len(hidden) <= _SHOWN else f"{hidden[:_SHOWN]}...")


def _place(shown: Shown, step: Step) -> str:
    if step.place is None:
        return ""
    source, span = step.place
    position = source.position(span.start)
    elsewhere = f"{source.path}:" if source.path != shown.content.source.path else ""
    return f"{elsewhere}{position.line}:{position.column}"


def _where(shown: Shown) -> str:
    """The file, and the gateway in it."""
    noun = "gateway" if len(shown.gateways) == 1 else "gateways"
    gateways = f", {noun} {listed(shown.gateways, 'and')}" if shown.gateways else ""
    return printable(f"in {shown.content.source.path}{gateways}")


def _outcome(trace: Trace) -> str:
    what = _OUTCOMES[trace.outcome]
    if trace.outcome is Outcome.ANSWERED and any(step.asks for step in trace.steps):
        what += " if the authorizer lets it through"
    open_ones = _number(trace.steps, Status.OPEN)
    rest = f", {open_ones} {'step is' if open_ones == 1 else 'steps are'} open" if open_ones else ""
    return f"{what}{rest}"


def _number(steps: Iterable[Step], status: Status) -> int:
    return sum(step.status is status for step in steps)
