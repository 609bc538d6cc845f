"""Fixes of objects of HCL: what they write is HCL, and means what the same fixes mean in JSON."""

from __future__ import annotations

import json
import re
from pathlib import Path

import hcl2
import pytest

from apigw_lint.fix.text import FixOptions, fix_text
from tests.hcl import Look, gateway, hcl_twin, in_one_look
from tests.inputs.test_hcl_objects import plain, tree_of, unescaped
from tests.support import RULE_FOLDERS, config_for
from tests.twins import json_twin

BAD = [folder / "bad.yaml" for folder in RULE_FOLDERS]
REFUSED_BY_ORACLE = {"malformed-jq": "python-hcl2 takes '$${.id' without a brace for something that is never closed"}
"""Rules whose fixture the oracle does not read."""
UNSAFE = FixOptions(unsafe=True)


@pytest.mark.once
@pytest.mark.parametrize(("path", "look"), in_one_look(BAD))
def test_twin(path: Path, look: Look) -> None:
    """Fixes that are made give what those of the JSON twin give, and python-hcl2 reads the result."""
    text = hcl_twin(path, look)
    if text is None:
        pytest.skip("has no such form")
    config = config_for(path.parent.name)
    result = fix_text("main.tf", text, config, UNSAFE)
    of_json = fix_text("spec.json", json_twin(path, 2) or "", config, UNSAFE)
    root = tree_of(result.text).root
    assert root is not None
    assert unescaped(plain(root.value)) == json.loads(of_json.text)
    assert len(result.refused) == len(of_json.refused)
    if path.parent.name not in REFUSED_BY_ORACLE:
        hcl2.loads(re.sub(r"(?s).*?yamlencode\((.*)\)\n\}\n", r"x = \1\n", result.text))


TEXT = """{
    openapi = "3.0.0" # the version
    info    = { title = "${var.title}", version = "1" }
    # one path
    paths = {
      "/a" = { get = {
        x-yc-apigateway-integration = {
          type            = "cloud_functions"
          function_id     = yandex_function.a.id
          service_account = var.account // later
          timeout_ms      = 3000
        }
      } }
    }
  }"""


def test_rest_is_kept() -> None:
    """A fix changes nothing but what it is about: comments, references, alignment and the rest of the file stay."""
    before = "# main\n" + gateway(TEXT) + "# end\n"
    after = before.replace("service_account =", "service_account_id =").replace(
        "          timeout_ms      = 3000\n", ""
    )
    assert fix_text("main.tf", before, options=UNSAFE).text == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('type = "dumy"', 'type = "dummy"'),
        ("type = <<EOT\ndumy\nEOT\n", "type = <<EOT\ndumy\nEOT\n"),
        ('type = ("dumy")', 'type = ("dummy")'),
        ('"type" : "dumy"', '"type" : "dummy"'),
        ('type = "dumy", (var.key) = 1', 'type = "dummy", (var.key) = 1'),
        ('type = "dummy", http_cod = 200', 'type = "dummy", http_code = 200'),
        ('type = "dummy", "http_cod" = 200', 'type = "dummy", "http_code" = 200'),
        ('type = "dummy", http_code = "200"', 'type = "dummy", http_code = 200'),
    ],
)
def test_forms(before: str, after: str) -> None:
    """Names and values are written as those that they replace."""
    text = '{ openapi = "3.0.0", info = { title = "a", version = "1" }, paths = { "/a" = { get = {'
    start, end = gateway(text + " x-yc-apigateway-integration = { @ } } } } }").split("@")
    assert fix_text("main.tf", start + before + end, options=UNSAFE).text == start + after + end
