"""The page of routes as text: what it says of a specification, and what no input can break."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apigw_lint.gateway.access import Access
from apigw_lint.inputs import from_text
from apigw_lint.routes.html import render
from apigw_lint.routes.table import Call, Row, rows
from tests.support import SPECS, read

VOID = {"meta", "input"}
SECRET_URL = "https://admin:Zx81kqPw0rT5@api.example.com/a"
HEAD = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"


class Page(HTMLParser):
    """The elements of a page, its texts by element, and whether each element that begins also ends."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.is_balanced = True
        self.feed(text)
        self.close()
        self.is_balanced = self.is_balanced and not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.is_balanced = self.is_balanced and bool(self.open) and self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append((self.open[-1] if self.open else "", data))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each element with a name."""
        return [attributes for name, attributes in self.elements if name == tag]

    def names(self) -> list[str]:
        """The names in the chart: of services, of paths, of backends."""
        return [text for tag, text in self.texts if tag == "text"]


def _row(**fields: Any) -> Row:
    """A public operation, `GET /a` with a fixed response, some of its fields replaced."""
    spec = f"{HEAD}paths: {{/a: {{get: {{x-yc-apigateway-integration: {{type: dummy, http_code: 200}}}}}}}}\n"
    return rows(from_text("a.yaml", spec))[0]._replace(**fields)


def _of(paths: str) -> Page:
    return Page(render(rows(from_text("gateway.yaml", f"{HEAD}paths:\n{paths}"))))


@pytest.mark.parametrize(
    ("integration", "service", "backend"),
    [
        ("{type: cloud_functions, function_id: d4e1, tag: stable}", "Cloud Functions", "d4e1 tag stable"),
        ("{type: cloud_functions, function_id: d4e1, tag: $latest}", "Cloud Functions", "d4e1"),
        ("{type: cloud_functions, tag: stable}", "Cloud Functions", "not given"),
        ("{type: cloud_functions, function_id: {MAIN}, tag: stable}", "Cloud Functions", "{MAIN} tag stable"),
        ("{type: serverless_containers, container_id: bba1}", "Serverless Containers", "bba1"),
        ("{type: http, method: POST, url: 'https://me@api.example.com:8443/a?b'}", "HTTP", "api.example.com:8443"),
        ("{type: http, url: '${BACKEND}/a'}", "HTTP", "${BACKEND}/a"),
        ("{type: http, method: GET, url: '${BACKEND}/a'}", "HTTP", "${BACKEND}/a"),
        ("{type: object_storage, bucket: files, object: a/b.html}", "Object Storage", "files"),
        (
            "{type: cloud_ymq, action: SendMessage,"
            " queue_url: 'https://message-queue.api.cloud.yandex.net/b1g1/dj61/orders'}",
            "Message Queue",
            "orders",
        ),
        (
            "{type: cloud_datastreams, action: PutRecord, stream_name: /ru-central1/b1g1/etn1/clicks}",
            "Data Streams",
            "clicks",
        ),
        ("{type: cloud_ydb, action: GetItem, database: /ru-central1/b1g1/etn1, table_name: a}", "YDB", "etn1/a"),
        ("{type: dummy, http_code: 404}", "Fixed response", "status 404"),
        ("{type: swagger}", "Swagger UI", "Swagger UI"),
        ("{type: grpc}", "grpc", "not given"),
    ],
)
def test_backend(integration: str, service: str, backend: str) -> None:
    """The chart names the service behind an integration, and what of it is called."""
    page = _of(f"  /a:\n    get: {{x-yc-apigateway-integration: {integration}}}\n")
    assert page.names() == [service, "/a", backend]


def test_no_integration() -> None:
    """An operation without an integration is in the chart as such."""
    assert _of("  /a:\n    get: {responses: {}}\n").names() == ["No integration", "/a", "No integration"]


def test_queues_with_one_name() -> None:
    """Queues of different folders are different backends, though they have one name."""
    queue = "{type: cloud_ymq, action: SendMessage, queue_url: 'https://message-queue.api.cloud.yandex.net/%s/q/jobs'}"
    paths = "".join(
        f"  /{name}:\n    get: {{x-yc-apigateway-integration: {queue % name}}}\n" for name in ("one", "two")
    )
    assert _of(paths).names() == ["Message Queue", "/one", "/two", "jobs", "jobs"]


def test_no_routes() -> None:
    """A page without operations says so, and has neither a table nor a chart."""
    page = Page(render([]))
    assert ("p", "0 operations") in page.texts
    assert page.named("table") == page.named("svg") == page.named("form") == []


def test_files() -> None:
    """A page about several files says of each route in which it is written, and has a chart for each."""
    text = render([_row(file="a.yaml", line=3), _row(file="b.yaml", line=7)])
    page = Page(text)
    assert ("title", "Routes of 2 files") in page.texts
    assert [data for tag, data in page.texts if data.startswith(("a.yaml:", "b.yaml:"))] == ["a.yaml:3", "b.yaml:7"]
    assert page.names() == ["Fixed response", "/a", "status 200"] * 2
    assert [text for tag, text in page.texts if tag == "h2"] == ["a.yaml", "b.yaml"]
    assert [row["data-edge"] for row in page.named("tr") if row] == ["0-0", "1-0"]


def test_unenforced_is_public() -> None:
    """An operation whose scheme nothing enforces counts as public, and the page says which scheme that is."""
    page = Page(render([_row(access=Access.UNENFORCED, security="public: token (not enforced)")]))
    assert ("span", "public") in page.texts
    assert ("small", "token (not enforced)") in page.texts
    assert [attributes["class"] for attributes in page.named("tr") if "data-public" in attributes] == ["unenforced"]


def test_cut_names() -> None:
    """A name too long for its box ends in an ellipsis, wide letters count twice, and the title has it whole."""
    long, wide = "/" + "a" * 60, "/" + "漢" * 40
    page = Page(render([_row(path=long), _row(path=wide)]))
    names = [name for name in page.names() if name.startswith("/")]
    assert names == [f"/{'a' * 40}…", f"/{'漢' * 20}…"]
    titles = [text for tag, text in page.texts if tag == "title"]
    assert f"GET {long}\naccess: public" in titles
    assert f"GET {wide}\naccess: public" in titles


def test_many_first_segments() -> None:
    """With more than sixty first segments the chart keeps fifty-nine of them and puts the others together."""
    page = Page(render([_row(path=f"/{number}/a") for number in range(100)]))
    assert page.names() == [
        "Fixed response",
        *(f"/{number}/a" for number in range(59)),
        "others (41 paths)",
        "status 200",
    ]


def test_many_backends() -> None:
    """With more than sixty backends the chart has a box for each service."""
    urls = [(("url", f"https://h{number}.example.com/"),) for number in range(61)]
    many = [_row(calls=(Call("http", url, "", "none"),)) for url in urls]
    assert Page(render([*many, _row()])).names() == ["Fixed response", "HTTP", "/a", "status 200", "61 backends"]


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_well_formed(path: Path) -> None:
    """The page of each fixture has a row for each operation, elements that end, and no two of one id."""
    found = rows(from_text("gateway.yaml", read(path)))
    page = Page(render(found))
    assert page.is_balanced
    assert len([attributes for attributes in page.named("tr") if attributes]) == len(found)
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len({*ids})


def test_secrets() -> None:
    """A secret in the address of a backend is on no part of the page."""
    text = f"{HEAD}paths:\n  /a:\n    get: {{x-yc-apigateway-integration: {{type: http, url: '{SECRET_URL}'}}}}\n"
    page = render(rows(from_text("gateway.yaml", text)))
    assert "api.example.com" in page
    assert "Zx81kq" not in page


SOURCES = {"method", "path", "integration", "target", "security", "cors", "validation", "account", "summary", "file"}


@given(st.sampled_from(sorted(SOURCES)), st.text() | st.text("<>/\"'&=!- ib"))
def test_any_text(field: str, text: str) -> None:
    """Whatever text is in a row, the page has the elements that it has without that, and no control character."""
    page = render([_row(**{field: text})])
    usual = {name for name, _ in Page(render([_row(summary="a", account="a")])).elements} | {"small"}
    assert {name for name, _ in Page(page).elements} <= usual
    assert Page(page).is_balanced
    assert re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", page) is None


def test_mutations() -> None:
    """Half-written and broken specifications have a page too."""
    random = Random(14)
    texts = [read(path) for path in SPECS]
    pieces = ["null", "[]", "{}", ": ", "\n", "- ", "*a", "&a ", "<<: *a", "${", "}", "'", '"', "\x00", "  "]
    made = 0
    for _ in range(300):
        text = random.choice(texts)
        start = random.randrange(len(text))
        text = text[:start] + random.choice(pieces) + text[start + random.randrange(12) :]
        page = Page(render(rows(from_text("gateway.yaml", text))))
        made += page.is_balanced
    assert made == 300
