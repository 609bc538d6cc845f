"""The page of routes in a real browser, Debian's chromium, which is driven over a pipe and needs no other program."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from apigw_lint.inputs import from_text
from apigw_lint.routes.html import render
from apigw_lint.routes.table import rows
from tests.clients import environment, require
from tests.clients.browser import Browser, browser
from tests.support import SPECS, read

SPEC = """\
openapi: 3.0.0
info: {title: Shop, version: 1.0.0}
paths:
  /goods:
    get:
      summary: Список товаров
      x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e00000000000000001}
    post:
      operationId: addGoods
      security: [{token: []}]
      x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e00000000000000002}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      security: [{token: []}]
      x-yc-apigateway-integration: {type: http, method: GET, url: 'https://orders.example.com/{id}'}
  /static/logo:
    get:
      x-yc-apigateway-integration: {type: object_storage, bucket: shop-files, object: logo.svg}
components:
  securitySchemes:
    token:
      type: http
      scheme: bearer
      x-yc-apigateway-authorizer: {type: function, function_id: d4e00000000000000003}
"""
HOSTILE = r"""
openapi: 3.0.0
info: {title: API, version: 1.0.0}
paths:
  "/</script><script>window.hacked = 1</script>":
    get:
      summary: "<img src='x.png' onerror='window.hacked = 2'>"
      operationId: "\" onmouseover=\"window.hacked = 3\" autofocus onfocus=\"window.hacked = 4"
      x-yc-apigateway-integration: {type: cloud_functions, function_id: "</title><svg onload='window.hacked = 5'>"}
  "/</text></svg><iframe src='javascript:alert(6)'></iframe>":
    get:
      x-yc-apigateway-integration: {type: "\"></option></select><script>alert(7)</script>", url: "javascript:alert(8)"}
  "/\u202Egnp.exe\u0007\u0000&lt;b>":
    get:
      summary: "</style><style>body { display: none }</style><!--"
      x-yc-apigateway-integration: {type: http, method: GET, url: "https://a'\"><base href='https://example.com/'>.com/"}
"""
VISIBLE = "[...document.querySelectorAll('#routes tbody tr')].filter(row => row.checkVisibility())"
PATHS = f"{VISIBLE}.map(row => row.cells[0].textContent + ' ' + row.querySelector('th code').textContent)"
COUNT = "document.getElementById('count').textContent"


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    command = require("chromium")
    with browser(command, tmp_path_factory.mktemp("profile"), environment(tmp_path_factory.mktemp("user"))) as opened:
        yield opened


def _page(folder: Path, text: str) -> Path:
    path = folder / "routes.html"
    path.write_text(render(rows(from_text("gateway.yaml", text))), "utf-8")
    return path


def _has_drawing(picture: Path, width: int, height: int) -> bool:
    """Whether a PNG has a size, and more in it than the few different bytes that an empty page is stored as."""
    data = picture.read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    size = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    pixels, place = b"", 8
    while place < len(data):
        length, kind = int.from_bytes(data[place : place + 4], "big"), data[place + 4 : place + 8]
        pixels += data[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += length + 12
    return size == (width, height) and len({*zlib.decompress(pixels)}) > 100


def test_rows(chromium: Browser, tmp_path: Path) -> None:
    """The table has a row for each operation, and the chart a box for each path and each backend."""
    chromium.open(_page(tmp_path, SPEC))
    assert chromium.evaluate("document.title") == "Routes of gateway.yaml"
    assert chromium.evaluate(PATHS) == ["GET /goods", "POST /goods", "GET /static/logo", "GET /orders/{id}"]
    assert chromium.evaluate(COUNT) == "4 operations"
    sums = chromium.evaluate("[...document.querySelectorAll('dl div')].map(e => e.textContent)")
    assert sums == ["operations4", "public2", "protected2", "without CORS4"]
    assert chromium.evaluate("document.querySelectorAll('#chart .box.path').length") == 3
    assert chromium.evaluate("[...document.querySelectorAll('#chart .service')].map(e => e.textContent)") == [
        "Cloud Functions",
        "Object Storage",
        "HTTP",
    ]
    assert chromium.evaluate("[...document.querySelectorAll('#chart .backend text')].map(e => e.textContent)") == [
        "d4e00000000000000001",
        "d4e00000000000000002",
        "shop-files",
        "orders.example.com",
    ]


def test_search(chromium: Browser, tmp_path: Path) -> None:
    """Rows without the words in the search box are hidden, and so is what they were in the chart; the count says so."""
    chromium.open(_page(tmp_path, SPEC))
    chromium.type_into("#search", "ТОВАРОВ goods")
    assert chromium.evaluate(PATHS) == ["GET /goods"]
    assert chromium.evaluate(COUNT) == "1 of 4 operations"
    faded = "[...document.querySelectorAll('#chart .box.path.off text')].map(e => e.textContent)"
    assert chromium.evaluate(faded) == ["/static/logo", "/orders/{id}"]
    chromium.click("form button")
    chromium.evaluate("new Promise(done => setTimeout(done, 20))")
    assert chromium.evaluate(COUNT) == "4 operations"
    assert chromium.evaluate(faded) == []
    chromium.type_into("#search", "no such words")
    assert chromium.evaluate(PATHS) == []
    assert chromium.evaluate(COUNT) == "0 of 4 operations"


def test_filters(chromium: Browser, tmp_path: Path) -> None:
    """The filters leave what is public, what has a method, and what has an integration."""
    chromium.open(_page(tmp_path, SPEC))
    chromium.click("#public")
    assert chromium.evaluate(PATHS) == ["GET /goods", "GET /static/logo"]
    assert chromium.evaluate(COUNT) == "2 of 4 operations"
    chromium.choose("#type", "object_storage")
    assert chromium.evaluate(PATHS) == ["GET /static/logo"]
    chromium.click("#public")
    chromium.choose("#type", "")
    chromium.choose("#method", "POST")
    assert chromium.evaluate(PATHS) == ["POST /goods"]


def test_sorting(chromium: Browser, tmp_path: Path) -> None:
    """A click on the head of a column sorts by it, a second one backwards, and a third restores the gateway's order."""
    chromium.open(_page(tmp_path, SPEC))
    head = "#routes thead th:nth-child(4)"
    first = "document.querySelector('#routes tbody tr').cells[3].textContent"
    state = f"document.querySelector('{head}').getAttribute('aria-sort')"
    found = []
    for _ in range(3):
        chromium.click(f"{head} button")
        found.append((chromium.evaluate(state), chromium.evaluate(first)))
    assert found == [
        ("ascending", "d4e00000000000000001"),
        ("descending", "shop-files/logo.svg"),
        (None, "d4e00000000000000001"),
    ]


def test_highlight(chromium: Browser, tmp_path: Path) -> None:
    """What the mouse points at in the chart is highlighted with what it calls or is called by."""
    chromium.open(_page(tmp_path, SPEC))
    chromium.point_at("#chart .box.path")
    marked = "[...document.querySelectorAll('#chart .box.on text')].map(e => e.textContent)"
    assert chromium.evaluate(marked) == ["/goods", "d4e00000000000000001", "d4e00000000000000002"]
    assert chromium.evaluate("document.querySelectorAll('#chart .edge.on').length") == 2


def test_keyboard_and_labels(chromium: Browser, tmp_path: Path) -> None:
    """The first key goes to the search box, every control has a label, and the count is read out."""
    chromium.open(_page(tmp_path, SPEC))
    found = []
    for _ in range(5):
        chromium.press("Tab", 9)
        found.append(chromium.evaluate("document.activeElement.id || document.activeElement.localName"))
    assert found == ["search", "method", "type", "public", "button"]
    assert (
        chromium.evaluate("[...document.querySelectorAll('input, select')].every(e => e.labels.length === 1)") is True
    )
    assert chromium.evaluate("document.getElementById('count').getAttribute('aria-live')") == "polite"
    assert chromium.evaluate("[...document.querySelectorAll('#routes th')].every(e => e.scope)") is True


def test_without_scripts(chromium: Browser, tmp_path: Path) -> None:
    """Where scripts are off, the table and the chart are all there, and no control that would do nothing."""
    chromium.send("Emulation.setScriptExecutionDisabled", value=True)
    try:
        chromium.open(_page(tmp_path, SPEC))
        assert chromium.evaluate(f"{VISIBLE}.length") == 4
        assert chromium.evaluate(COUNT) == "4 operations"
        assert chromium.evaluate("document.querySelector('form').checkVisibility()") is False
        assert chromium.evaluate("document.querySelectorAll('#chart .box').length") == 7
    finally:
        chromium.send("Emulation.setScriptExecutionDisabled", value=False)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_nothing_is_loaded(chromium: Browser, tmp_path: Path, path: Path) -> None:
    """The page of each fixture asks for nothing but itself, and the console stays empty."""
    page = _page(tmp_path, read(path))
    chromium.open(page)
    assert chromium.complaints() == []
    assert chromium.requests() == [page.as_uri()]


def test_hostile_text(chromium: Browser, tmp_path: Path) -> None:
    """Markup, scripts and invisible characters in a specification are text on the page, and nothing of them runs."""
    page = _page(tmp_path, HOSTILE)
    chromium.open(page)
    chromium.point_at("#chart .box.path")
    chromium.point_at("#routes tbody tr")
    assert chromium.evaluate("window.hacked") is None
    assert chromium.complaints() == []
    assert chromium.requests() == [page.as_uri()]
    assert chromium.evaluate("document.querySelectorAll('script').length") == 1
    assert chromium.evaluate("document.querySelectorAll('img, iframe, base, [onload], [onmouseover]').length") == 0
    assert chromium.evaluate(PATHS) == [
        "GET /</script><script>window.hacked = 1</script>",
        "GET /</text></svg><iframe src='javascript:alert(6)'></iframe>",
        r"GET /\u202egnp.exe\x07\x00&lt;b>",
    ]


def test_policy(chromium: Browser, tmp_path: Path) -> None:
    """Even markup that got into the page could run no script and load nothing: its policy forbids that."""
    chromium.open(_page(tmp_path, SPEC))
    chromium.picture(tmp_path / "other.png")
    chromium.evaluate(
        "(() => {const script = document.createElement('script'); script.textContent = 'window.hacked = 1';"
        "document.body.append(script); document.body.insertAdjacentHTML('beforeend',"
        '\'<img src="other.png" onerror="window.hacked = 2"><b onclick="window.hacked = 3">b</b>\');'
        "document.querySelector('b').click()})()"
    )
    assert chromium.evaluate("window.hacked") is None
    texts = [event["params"]["entry"]["text"] for event in chromium.complaints() if event["method"] == "Log.entryAdded"]
    assert {word for text in texts for word in ("inline script", "event handler", "image") if word in text} == {
        "inline script",
        "event handler",
        "image",
    }
    assert chromium.evaluate("document.querySelector('img').naturalWidth") == 0


@pytest.mark.parametrize(
    ("width", "is_dark", "background"),
    [
        (1280, False, "rgb(255, 255, 255)"),
        (1280, True, "rgb(13, 17, 23)"),
        (420, False, "rgb(255, 255, 255)"),
    ],
    ids=["light", "dark", "narrow"],
)
def test_picture(chromium: Browser, tmp_path: Path, width: int, is_dark: bool, background: str) -> None:
    """The page has the colours of the user, and is as wide as the window; a picture of it is not empty."""
    chromium.open(_page(tmp_path, SPEC), width=width, height=900, is_dark=is_dark)
    chromium.picture(tmp_path / "page.png")
    assert _has_drawing(tmp_path / "page.png", width, 900)
    assert chromium.evaluate("getComputedStyle(document.body).backgroundColor") == background
    assert chromium.evaluate("document.documentElement.scrollWidth") == width
    chromium.evaluate("document.body.replaceChildren()")
    chromium.picture(tmp_path / "empty.png")
    assert not _has_drawing(tmp_path / "empty.png", width, 900)


def test_large_page(chromium: Browser, tmp_path: Path) -> None:
    """A table of three thousand operations can be searched, and its chart has no more than sixty boxes on a side."""
    head, _, _ = SPEC.partition("paths:")
    paths = "".join(
        f"  /part{number % 70}/{number}:\n"
        f"    get: {{x-yc-apigateway-integration: {{type: cloud_functions, function_id: d4e{number:017}}}}}\n"
        for number in range(3000)
    )
    chromium.open(_page(tmp_path, f"{head}paths:\n{paths}"))
    assert chromium.evaluate(COUNT) == "3000 operations"
    chromium.type_into("#search", "/part7/")
    assert chromium.evaluate(COUNT) == "43 of 3000 operations"  # 7, 77, 147 and so on up to 2947
    assert chromium.evaluate("document.querySelectorAll('#chart .box.path').length") == 60
    assert chromium.evaluate("[...document.querySelectorAll('#chart .backend text')].map(e => e.textContent)") == [
        "3000 backends"
    ]
