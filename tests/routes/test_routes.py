"""`apigw-lint routes`: a row for each operation, in each format."""

from __future__ import annotations

import csv
import io
import json
import random
from pathlib import Path

import jsonschema
import pytest

from apigw_lint.gateway.schemas import path_of
from apigw_lint.inputs import from_text
from apigw_lint.routes import csv as csv_format
from apigw_lint.routes import html, markdown, mermaid, text
from apigw_lint.routes import json as json_format
from apigw_lint.routes.selection import Selection
from apigw_lint.routes.table import rows
from tests.support import RULE_FOLDERS, SPECS, header, read, run

SPEC = """\
openapi: 3.0.0
info: {title: Shop, version: 1.0.0}
x-yc-apigateway:
  service_account_id: aje0123456789abcdefg
  cors: {origin: 'https://shop.example.com'}
paths:
  /files/{name+}:
    get:
      x-yc-apigateway-integration: {type: object_storage, bucket: shop, object: '{name}'}
  /orders:
    post:
      operationId: addOrder
      security: [{key: []}]
      x-yc-apigateway-validator: {validateRequestBody: true}
      x-yc-apigateway-integration: {type: cloud_functions, function_id: d4e0123456789abcdefg, tag: stable}
  /товары|all:
    x-yc-apigateway-cors: {origin: false}
    x-yc-apigateway-any-method:
      x-yc-apigateway-integration: {type: http, url: 'https://user:q8Zr2LmV7xTnB4wY@goods.example.com/'}
  /chat:
    x-yc-apigateway-websocket-message:
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
components:
  securitySchemes:
    key:
      type: apiKey
      in: header
      name: X-Key
      x-yc-apigateway-authorizer: {type: function, function_id: d4eauthauthauthauth1}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one specification."""
    (tmp_path / "api.yaml").write_text(SPEC, "utf-8")
    return tmp_path


def _table(folder: Path, *arguments: str) -> list[list[str]]:
    """The cells of the table: of CSV, as no other format has all of them."""
    done = run("routes", "--format", "csv", *arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return [row[1:-3] for row in csv.reader(io.StringIO(done.stdout, newline=""))][1:]


ORDERS = [
    *("11", "5", "POST", "/orders", "cloud_functions", "d4e0123456789abcdefg tag stable", "protected"),
    *("key (function d4eauthauthauthauth1)", "rule of the gateway", "body", "aje0123456789abcdefg"),
]
GOODS = [
    *("18", "5", "*", "/товары|all", "http", "https://user:****************@goods.example.com/", "public"),
    *("public", "none", "none", "none"),
]
CHAT = ["21", "5", "ws:message", "/chat", "dummy", "200", "public", "public", "rule of the gateway", "none", ""]
FILES = [
    *("8", "5", "GET", "/files/{name+}", "object_storage", "shop/{name}", "public"),
    *("public", "rule of the gateway", "none", "aje0123456789abcdefg"),
]


def test_rows(folder: Path) -> None:
    """Each operation has a row, in the order of the gateway, with its place and what is in force; secrets are stars."""
    assert _table(folder) == [ORDERS, GOODS, CHAT, FILES]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--public"], [GOODS, CHAT, FILES]),
        (["--method", "post"], [ORDERS, GOODS]),
        (["--method", "delete"], [GOODS]),
        (["--method", "*", "--method", "ws"], [GOODS, CHAT]),
        (["--method", "ws"], [CHAT]),
        (["--path", "/*"], [ORDERS, GOODS, CHAT]),
        (["--path", "/files/**"], [FILES]),
        (["--path", "/files/{name+}"], [FILES]),
        (["--path", "/o*", "--path", "/c*"], [ORDERS, CHAT]),
        (["--integration", "cloud-functions"], [ORDERS]),
        (["--integration", "http", "--integration", "dummy", "--public"], [GOODS, CHAT]),
        (["--integration", "none"], []),
    ],
)
def test_filters(folder: Path, arguments: list[str], expected: list[list[str]]) -> None:
    """Filters of one sort are alternatives, those of different sorts must all hold."""
    assert _table(folder, *arguments) == expected


def test_text(folder: Path) -> None:
    """For people there is an aligned table without what no row has, and the sums."""
    done = run("routes", "--path", "/orders", "--path", "/chat", "api.yaml", cwd=folder)
    assert done.stdout == (
        "LINE  METHOD      PATH     INTEGRATION                                      "
        "ACCESS                               CORS                 VALIDATION  ACCOUNT\n"
        "  11  POST        /orders  cloud_functions d4e0123456789abcdefg tag stable  "
        "key (function d4eauthauthauthauth1)  rule of the gateway  body        aje0123456789abcdefg\n"
        "  21  ws:message  /chat    dummy 200                                        public\n"
        "\n"
        "2 operations: 1 public, 1 protected; 1 without validation\n"
    )


def test_no_operations(tmp_path: Path) -> None:
    """Where no operation is seen, as all paths are unknown, there is nothing to sum up."""
    spec = 'openapi = "3.0.0", info = { title = "A", version = "1" }, paths = local.paths'
    (tmp_path / "a.tf").write_text(f'resource "yandex_api_gateway" "a" {{\n  spec = jsonencode({{ {spec} }})\n}}\n')
    assert run("routes", "a.tf", cwd=tmp_path).stdout == "0 operations\n"


def test_widths() -> None:
    """In a terminal no line is wider than it, however narrow the columns become; words are cut at their end."""
    table = rows(from_text("api.yaml", SPEC))
    for width in (100, 120, 150):
        lines = text.render(table, width=width).splitlines()
        assert max(map(len, lines)) == width
    assert "  cloud_functions d4e01...  " in text.render(table, width=150)
    assert "\x1b[33mpublic" in text.render(table, color=True)


def test_json(folder: Path) -> None:
    """JSON has the same as data."""
    done = run("routes", "--format", "json", "--path", "/orders", cwd=folder)
    content = json.loads(done.stdout)
    assert content["routes"] == [
        {
            "file": "api.yaml",
            "gateway": "",
            "line": 11,
            "column": 5,
            "method": "POST",
            "path": "/orders",
            "operationId": "addOrder",
            "summary": "",
            "integrations": [
                {
                    "type": "cloud_functions",
                    "fields": {"function_id": "d4e0123456789abcdefg", "tag": "stable"},
                    "account": "aje0123456789abcdefg",
                }
            ],
            "access": "protected",
            "security": [
                [
                    {
                        "name": "key",
                        "authorizer": "function",
                        "functionId": "d4eauthauthauthauth1",
                        "tag": "",
                        "enforced": True,
                    }
                ]
            ],
            "cors": "rule of the gateway",
            "validation": "body",
        }
    ]
    assert content["sums"] == {
        "operations": 1,
        "public": 0,
        "protected": 1,
        "unknown": 0,
        "withoutCors": 0,
        "withoutValidation": 0,
    }


def test_json_schema() -> None:
    """The JSON of every fixture is as its schema says."""
    validator = jsonschema.Draft7Validator(json.loads(Path(path_of("routes")).read_text("utf-8")))
    number = 0
    for path in (*SPECS, *(folder / "bad.yaml" for folder in RULE_FOLDERS)):
        if not path.is_file():
            continue
        content = json.loads(json_format.render(rows(from_text(path.name, read(path)))))
        assert not list(validator.iter_errors(content)), path
        number += len(content["routes"])
    assert number > 300


def test_markdown(folder: Path) -> None:
    """Markdown is a table whose cells are code, also with bars in them."""
    done = run("routes", "--format", "markdown", "--method", "*", cwd=folder)
    assert done.stdout == (
        "| Line | Method | Path | Integration | Access | CORS | Account |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| 18 | `*` | `/товары\\|all` | `http https://user:****************@goods.example.com/` | **public** | none "
        "| `none` |\n\n"
        "1 operation: 1 public; 1 without CORS, 1 without validation\n"
    )


def test_mermaid(folder: Path) -> None:
    """Mermaid has paths, backends by their services, the methods between them, and public paths in a class."""
    done = run("routes", "--format", "mermaid", cwd=folder)
    assert (
        done.stdout
        == """\
flowchart LR
  p1["/orders"]
  p2["/товары|all"]
  p3["/chat"]
  p4["/files/{name+}"]
  subgraph s1["Cloud Functions"]
    b1["d4e0123456789abcdefg tag stable"]
  end
  subgraph s2["HTTP"]
    b2["goods.example.com"]
  end
  subgraph s3["Fixed response"]
    b3["status 200"]
  end
  subgraph s4["Object Storage"]
    b4["shop"]
  end
  p1 -->|"POST"| b1
  p2 -->|"#42;"| b2
  p3 -->|"ws:message"| b3
  p4 -->|"GET"| b4
  classDef public stroke:#d33,stroke-width:2px
  class p2,p3,p4 public
"""
    )


def test_any_method_beside_a_method() -> None:
    """The any-method of a path that defines the method which is asked for does not answer that."""
    dummy = "{x-yc-apigateway-integration: {type: dummy, http_code: 200}}"
    table = rows(from_text("a.yaml", header(f"paths: {{/a: {{get: {dummy}, x-yc-apigateway-any-method: {dummy}}}}}")))
    assert [row.method for row in Selection(False, ["GET"], [], []).of(table)] == ["GET"]
    assert [row.method for row in Selection(False, ["PUT"], [], []).of(table)] == ["*"]
    assert [row.method for row in Selection(False, ["GET", "PUT"], [], []).of(table)] == ["GET", "*"]


def test_integrations_that_a_variable_chooses() -> None:
    """Each integration stands with what it calls."""
    one = "{type: http, url: 'https://a.example.com/x'}"
    two = "{type: cloud_functions, function_id: d4e0123456789abcdefg}"
    body = (
        "x-yc-apigateway: {variables: {to: {default: One, enum: [One, Two]}}}\n"
        "paths: {/a: {get: {x-yc-apigateway-integration: "
        "{$ref: '#/components/x-yc-apigateway-integrations/${var.to}'}}}}\n"
        f"components: {{x-yc-apigateway-integrations: {{One: {one}, Two: {two}}}}}\n"
    )
    table = rows(from_text("a.yaml", header(body)))
    assert "  http https://a.example.com/x or cloud_functions d4e0123456789abcdefg  " in text.render(table)
    assert 'b1["a.example.com or d4e0123456789abcdefg"]' in mermaid.render(table)


def test_sections_of_mermaid() -> None:
    """Each specification is a section of its own, with its own boxes for equal paths and backends."""
    body = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}")
    table = [row for name in ("a.yaml", "b_1.yaml") for row in rows(from_text(name, body))]
    assert (
        mermaid.render(table)
        == """\
flowchart LR
  subgraph f1["a.yaml"]
  direction LR
  p1["/a"]
  subgraph s1["Fixed response"]
    b1["status 200"]
  end
  end
  subgraph f2["b#95;1.yaml"]
  direction LR
  p2["/a"]
  subgraph s2["Fixed response"]
    b2["status 200"]
  end
  end
  p1 -->|"GET"| b1
  p2 -->|"GET"| b2
  classDef public stroke:#d33,stroke-width:2px
  class p1,p2 public
"""
    )


@pytest.mark.parametrize(
    ("path", "label"),
    [
        ("/%%{init:{}}%%", "/#37;#37;{init:{}}#37;#37;"),
        ("/**a**/__b__/~c~/`d`", "/#42;#42;a#42;#42;/#95;#95;b#95;#95;/#126;c#126;/#96;d#96;"),
        ("/[a](b)/<i>/&amp;/#35;", "/#91;a#93;(b)/#60;i#62;/#38;amp;/#35;35;"),
        ("/$$x$$/${y}", "/#36;#36;x#36;#36;/${y}"),
        ("/www.a.b/http://c@d", "/www#46;a.b/http#58;//c#64;d"),
        ("/" + "a" * 300, "/" + "a" * 196 + "..."),
    ],
)
def test_labels_of_mermaid(path: str, label: str) -> None:
    """What means something in a chart, in a directive, in HTML or in Markdown is written as an entity."""
    dummy = "{type: dummy, http_code: 200}"
    body = header(f"paths: {{{json.dumps(path)}: {{get: {{x-yc-apigateway-integration: {dummy}}}}}}}")
    assert mermaid.render(rows(from_text("a.yaml", body))).splitlines()[1] == f'  p1["{label}"]'


@pytest.mark.parametrize(("function", "label"), [("1. a", "#49;. a"), ("- a", "#45; a"), ("10.0", "10.0")])
def test_backends_that_look_like_lists(function: str, label: str) -> None:
    """A name that begins like an item of a list is none."""
    integration = f"{{type: cloud_functions, function_id: '{function}'}}"
    body = header(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {integration}}}}}}}")
    assert f'    b1["{label}"]\n' in mermaid.render(rows(from_text("a.yaml", body)))


def test_what_a_chart_leaves_out() -> None:
    """What does not fit even in the least detail is left out, and counted; the chart stays within the limits."""
    answer = "{get: {x-yc-apigateway-integration: {type: '%s'}}}"
    many = {
        "types": "".join(f"  /p{number}: {answer % f't{number}'}\n" for number in range(900)),
        "long": "".join(f"  /p{number}: {answer % ('<' * 150 + str(number))}\n" for number in range(900)),
    }
    found = {}
    for name, body in many.items():
        chart = mermaid.render(rows(from_text("api.yaml", header(f"paths:\n{body}"))))
        assert len(chart) <= mermaid.MAX_TEXT
        found[name] = chart.count("-->"), [line for line in chart.splitlines() if "left out" in line]
    assert found == {
        "types": (500, ['  rest["400 more operations left out: the chart would be too large"]']),
        "long": (62, ['  rest["838 more operations left out: the chart would be too large"]']),
    }


@pytest.mark.parametrize(
    ("path", "code", "edges"),
    [
        ("/group{group}/item{number}", "200", [f'  p{number} -->|"GET"| b1' for number in range(1, 8)]),
        ("/item{number}/x", "200", ['  p1 -->|"GET"| b1']),
        ("/group{group}/item{number}", "{code}", [f'  p{number} -->|"GET"| b1' for number in range(1, 8)]),
        ("/{long}{group}/item{number}", "200", [f'  p{number} -->|"GET"| b1' for number in range(1, 8)]),
    ],
    ids=["many edges", "many first segments", "many backends", "long names"],
)
def test_large_charts(path: str, code: str, edges: list[str]) -> None:
    """What exceeds the limits of Mermaid is drawn in less detail: first segments, then services, then one path."""
    body = ""
    for number in range(600):
        own = path.replace("{number}", str(number)).replace("{group}", str(number % 7)).replace("{long}", "g" * 50)
        answer = f"{{type: dummy, http_code: {code.replace('{code}', str(number))}}}"
        body += f"  {own}: {{get: {{x-yc-apigateway-integration: {answer}}}}}\n"
    lines = mermaid.render(rows(from_text("api.yaml", header(f"paths:\n{body}")))).splitlines()
    assert [line for line in lines if "-->" in line] == edges


def test_formulas() -> None:
    """A spreadsheet takes no cell for a formula."""
    body = "paths: {/a: {get: {summary: '=1+1', x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}\n"
    assert ",'=1+1,\r\n" in csv_format.render(rows(from_text("api.yaml", header(body))))


def test_several_files_and_kinds_of_files(folder: Path) -> None:
    """Each file has its own table, heredocs of Terraform and templates too, with the lines of the file."""
    body = header("paths: {/t: {get: {x-yc-apigateway-integration: {type: dummy, http_code: ${code}}}}}\n")
    heredoc = f'resource "yandex_api_gateway" "x" {{\n  name = "x"\n  spec = <<-EOT\n{body}  EOT\n}}\n'
    (folder / "main.tf").write_text(heredoc)
    (folder / "other.yaml.tpl").write_text(body)
    done = run("routes", "--integration", "dummy", "--method", "get", cwd=folder)
    assert done.stdout.splitlines()[:3] == [
        "main.tf, gateway x",
        "LINE  METHOD  PATH  INTEGRATION    ACCESS  CORS",
        "   6  GET     /t    dummy ${code}  public  none",
    ]
    assert "\n\nother.yaml.tpl\n" in done.stdout


@pytest.fixture
def module(tmp_path: Path) -> Path:
    """A folder with a `.tf` file of two gateways, and one of a third, which names a file."""
    body = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: %s}}}}")
    resources = [
        f'resource "yandex_api_gateway" "{name}" {{\n  spec = <<-EOT\n{body % code}\nEOT\n}}\n'
        for name, code in (("blue", "201"), ("green", "202"))
    ]
    (tmp_path / "main.tf").write_text("".join(resources))
    (tmp_path / "filed.tf").write_text('resource "yandex_api_gateway" "filed" {\n  spec = file("api.yaml")\n}\n')
    (tmp_path / "api.yaml").write_text(body % "203")
    return tmp_path


def test_gateways(module: Path) -> None:
    """Each gateway of a `.tf` file has its own table, and those of other files too."""
    done = run("routes", cwd=module)
    heads = [block.splitlines()[0] for block in done.stdout.split("\n\n")]
    assert heads[:-1] == ["api.yaml, gateway filed", "main.tf, gateway blue", "main.tf, gateway green"]
    routes = json.loads(run("routes", "--format", "json", cwd=module).stdout)["routes"]
    assert [(route["file"], route["gateway"]) for route in routes] == [
        ("api.yaml", "filed"),
        ("main.tf", "blue"),
        ("main.tf", "green"),
    ]


def test_one_gateway(module: Path) -> None:
    """`--gateway` shows one gateway, and a name that there is not gets those that there are."""
    assert [row[4] for row in _table(module, "--gateway", "green")] == ["dummy"]
    assert [row[5] for row in _table(module, "--gateway", "green")] == ["202"]
    assert [row[5] for row in _table(module, "--gateway", "filed", "filed.tf")] == ["203"]
    done = run("routes", "--gateway", "gren", cwd=module)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "there is no gateway 'gren': choose 'filed', 'blue' or 'green'\n"


def test_what_cannot_be_shown(folder: Path) -> None:
    """What cannot be read has one sentence with its place, and the others are shown all the same."""
    (folder / "bad.yaml").write_text(SPEC + "x: [\n")
    done = run("routes", cwd=folder)
    assert done.returncode == 2
    assert done.stdout.splitlines()[-1].startswith("4 operations: ")
    assert done.stderr == "bad.yaml:30:4: missing value or closing bracket\n"
    done = run("routes", "nowhere.yaml", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "no such file or folder: 'nowhere.yaml'\n")
    (folder / "empty").mkdir()
    done = run("routes", "empty", cwd=folder)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "no gateway specification found\n")
    done = run("routes", "--path", "/nothing", "api.yaml", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "none of 4 operations is like this\n")


def test_random_texts() -> None:
    """No text makes a format fail."""
    chance = random.Random(5)
    for path in SPECS:
        whole = read(path)
        for _ in range(6):
            start, end = sorted(chance.randrange(len(whole)) for _ in "ab")
            cut = whole[:start] + chance.choice(["", "{", "- ", "null", "${x}", ": "]) + whole[min(end, start + 40) :]
            table = rows(from_text(path.name, cut))
            for module in (text, json_format, markdown, csv_format, mermaid, html):
                assert isinstance(module.render(table), str)
