"""Makes specifications like those of small services, in every state in which people check them; finds the corpus."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
SIZES = ((1500, "1.5 KB"), (4000, "4 KB"), (20_000, "20 KB"))

HEAD = """\
openapi: 3.0.0
info:
  title: Shop
  version: 1.0.0
x-yc-apigateway:
  service_account_id: %(account)s
  cors:
    origin: 'https://shop.example.com'
    methods: 'GET, POST, DELETE'
    maxAge: %(max_age)s
paths:
  /:
    get:
      summary: The start page
      x-yc-apigateway-integration:
        type: object_storage
        bucket: %(bucket)s
        object: index.html
"""

COLLECTION = """\
  /%(name)s:
    get:
      summary: Lists %(name)s
      operationId: list-%(name)s
      tags: [%(name)s]
      parameters:
        - name: limit
          in: query
          description: How many to return
          schema:
            type: integer
            minimum: 1
            maximum: %(limit)s
      responses:
        '200':
          description: The %(name)s
          content:
            application/json:
              schema:
                type: array
                items:
                  type: object
      x-yc-apigateway-integration:
        type: cloud_functions
        function_id: %(function)s
        payload_format_version: '1.0'
    post:
      summary: Adds to %(name)s
      operationId: add-to-%(name)s
      tags: [%(name)s]
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [title]
              properties:
                title: {type: string, maxLength: %(limit)s}
                price: {type: number, minimum: 0}
      x-yc-apigateway-integration:
        type: serverless_containers
        container_id: %(container)s
"""

ITEM = """\
  /%(name)s/{id}:
    parameters:
      - name: id
        in: path
        required: true
        schema:
          type: string
    get:
      summary: One of %(name)s
      operationId: get-from-%(name)s
      x-yc-apigateway-integration:
        type: http
        url: https://backend.example.com/%(name)s/{id}
        headers:
          '*': '*'
          X-Stage: %(stage)s
        query:
          '*': '*'
        timeouts:
          connect: 1
          read: %(timeout)s
    delete:
      summary: Removes from %(name)s
      operationId: remove-from-%(name)s
      x-yc-apigateway-integration:
        type: dummy
        http_code: %(code)s
        http_headers:
          Content-Type: application/json
        content:
          application/json: '{"removed": "{id}"}'
"""

NAMES = (
    "orders",
    "customers",
    "invoices",
    "products",
    "baskets",
    "reviews",
    "payments",
    "stores",
    "coupons",
    "refunds",
)

VALUES = {
    "account": "aje0123456789abcdefg",
    "function": "d4e0123456789abcdefg",
    "container": "bba0123456789abcdefg",
    "bucket": "shop-pages",
    "stage": "prod",
    "max_age": "3600",
    "limit": "100",
    "timeout": "10",
    "code": "200",
}
SHELL = {name: f"${{{name.upper()}}}" for name in VALUES}
JINJA = {name: f"{{{{ {name} }}}}" for name in VALUES}
TERRAFORM = {name: f"${{var.{name}}}" for name in VALUES}

MISTAKES = (
    ("function_id:", "functon_id:"),
    ("type: integer", "type: int"),
    ("object: index.html", "objekt: index.html"),
    ("required: true\n        content", "required: 'yes'\n        content"),
    ("tags: [orders]", "tags: orders"),
    ("in: path", "in: pth"),
    ("read: ", "reed: "),
    ("http_headers:", "http-headers:"),
    ("type: number, minimum", "type: number, minimun"),
    ("container_id:", "conteiner_id:"),
)
"""What is there, and what people mistype in its place."""


class Input(NamedTuple):
    """A file to check: what it is, its name and text, the number of mistakes in it, and the input without them.

    `base` is the title of the same specification without mistakes and placeholders, of which it must not take
    much longer; empty for that one itself.
    """

    title: str
    file: str
    text: str
    mistakes: int = 0
    base: str = ""


def service(size: int, values: dict[str, str] | None = None) -> str:
    """A specification of about `size` bytes (at most 23 KB) without mistakes, with these values in it."""
    values = values or VALUES
    text = HEAD % values
    for name in NAMES:
        for template in (COLLECTION, ITEM):
            piece = template % {**values, "name": name}
            if len(text) + len(piece) / 2 < size:
                text += piece
    return text


def mistyped(text: str, count: int) -> str:
    """A specification with the first so many mistakes made, each once."""
    for right, wrong in MISTAKES[:count]:
        assert right in text, right
        text = text.replace(right, wrong, 1)
    return text


def jinja(text: str) -> str:
    """A specification whose last operation is there on a condition and whose start page has tags from a loop."""
    head, operation, last = text.rpartition("    delete:\n")
    head = head.replace(
        "      summary: The start page\n",
        "      summary: The start page\n      tags:\n{% for tag in tags %}\n        - {{ tag }}\n{% endfor %}\n",
    )
    return f"{head}{{% if with_delete %}}\n{operation}{last}{{% endif %}}\n"


def terraform(text: str) -> str:
    """A module with a gateway that has a specification in a heredoc."""
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    return f'resource "yandex_api_gateway" "shop" {{\n  name = "shop"\n  spec = <<-EOT\n{indented}  EOT\n}}\n'


def inputs() -> Iterator[Input]:
    """Small specifications of three sizes, clean and not, and the middle one as templates and in a Terraform module."""
    for size, shown in SIZES:
        clean = f"{shown}, clean"
        text = service(size)
        yield Input(clean, f"{size}.yaml", text)
        yield Input(f"{shown}, placeholders", f"{size}-shell.yaml", service(size, SHELL), base=clean)
        for count, words in ((1, "one mistake"), (10, "ten mistakes")):
            if size >= 4000 or count == 1:
                name = f"{size}-wrong{count}.yaml"
                yield Input(f"{shown}, {words}", name, mistyped(text, count), mistakes=count, base=clean)
    base = "4 KB, clean"
    yield Input("4 KB, Jinja template", "template.yaml.j2", jinja(service(4000, JINJA)), base=base)
    yield Input("4 KB, Terraform template", "template.yaml.tpl", service(4000, TERRAFORM), base=base)
    yield Input("4 KB, heredoc in a .tf file", "main.tf", terraform(service(4000, TERRAFORM)), base=base)


def corpus() -> list[Path]:
    """The real specifications, none where they are not at hand."""
    return sorted(path for path in CORPUS.glob("*") if path.suffix != ".tsv")
