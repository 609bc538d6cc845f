"""Whatever is written in a configuration, it is used as it is written or refused with a place, and nothing crashes."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apigw_lint.configfile import ConfigError, Configs, load_config_file
from apigw_lint.globs import GlobError, parse_glob
from apigw_lint.rules import RULES
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "schemas" / "config.json").read_text())
ODD = st.sampled_from(
    """off Off OFF no No n on yes y false False true null ~ error warn info 'off' "error" ${X} '${X}' <id> %X% __X__ 010
    1e3 1:30 0x1f -1 1.5 .nan 2001-01-01 [ж] [A_B] {X:} {} [] [off] *a '!' '\\' '[z-a]' '[a' '#' 'a/' '/' '**'
    '*a*a*a*b' рус "\\u0000" {$ref:a} [[a]] strict recommended jinja plain""".split()
) | st.sampled_from(
    ["", "' '", "{{ x }}", "{X: }", "&a off", "!x off", "!!str off", "{$ref: a}", "[{a: b}]", "|\n  off\n"]
)
KEYS = st.sampled_from([*SCHEMA["properties"], "rules", "Rules", "${X}", "$ref", "x-a", "1", "ignore"])
RULE = st.sampled_from(["bad-value", "unknown-key", "bad_value", "${X}", "'*'", "all"])


@st.composite
def configs(draw: st.DrawFn) -> str:
    """The text of a configuration with odd keys, odd values and odd nesting."""
    lines = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=4)):
        form = draw(st.integers(0, 4))
        if form == 0:
            lines.append(f"{key}: {draw(ODD)}")
        elif form == 1:
            lines.append(f"{key}: {{{draw(RULE)}: {draw(ODD)}}}")
        elif form == 2:
            lines.append(f"{key}: [{draw(ODD)}, {draw(ODD)}]")
        elif form == 3:
            lines.append(f"{key}: [{{files: [{draw(ODD)}], rules: {{{draw(RULE)}: {draw(ODD)}}}}}]")
        else:
            lines += [f"{key}:", f"  {draw(ODD)}: {draw(ODD)}", f"  - {draw(ODD)}"][: draw(st.integers(1, 3))]
    return "\n".join(lines) + "\n"


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=configs())
def test_used_or_refused(text: str, tmp_path: Path) -> None:
    """A configuration is refused with places in it, or each of its choices is in force."""
    path = tmp_path / ".apigw-lint.yaml"
    path.write_text(text, "utf-8")
    try:
        load_config_file(str(path))
    except ConfigError as error:
        assert error.findings
        for finding in error.findings:
            assert 0 <= finding.span.start <= finding.span.end <= len(text)
            assert finding.rule != "crash"
        return
    content = plain(text)
    assert content is None or not [*jsonschema.Draft7Validator(SCHEMA).iter_errors(content)]
    effective = Configs(str(path)).config_for(str(tmp_path / "a.yaml"))
    for name, chosen in ((content or {}).get("rules") or {}).items():
        assert effective.runs(RULES[name]) == (str(chosen).lower() not in ("off", "no", "false"))
    for glob in (content or {}).get("exclude") or ():
        assert glob_is_good(glob)


def plain(text: str) -> Any:
    """What YAML 1.2 reads: words such as `off` are strings. A tag that nobody knows is left out."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        sign: [(tag, pattern) for tag, pattern in resolvers if tag.endswith(("null", "merge", "int", "float"))]
        for sign, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    words = re.compile("true|True|TRUE|false|False|FALSE")
    Loader.add_implicit_resolver("tag:yaml.org,2002:bool", words, list("tTfF"))
    Loader.add_constructor(None, lambda _, node: node.value)
    return yaml.load(text, Loader)


def glob_is_good(glob: str) -> bool:
    """Whether a glob can match something."""
    try:
        return parse_glob(glob) is not None
    except GlobError:
        return False
