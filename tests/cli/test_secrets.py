"""No output has a secret in it."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from apigw_lint.bounds import MAX_MESSAGE
from apigw_lint.cli.commands import commands
from apigw_lint.formats import FORMATS
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules import RULES, Problem
from apigw_lint.source.mask import PIECE, unescaped
from tests.growth import INTEGRATION
from tests.planted import planted
from tests.support import found, header, run

SECRET = "m4Kx7PqW2vRt9YbN"
SENT = f"headers: {{Authorization: Bearer {SECRET}}}"


def _outputs(name: str, text: str, folder: Path) -> dict[str, str]:
    """All that the commands print and write about a file, but the file itself, by what it is."""
    outputs: dict[str, str] = {}
    every_format = [word for one in FORMATS for word in ("--format", f"{one}:{one}.out")]
    runs = {
        "check": ["check", "--strict", "--statistics", *every_format, name],
        "rule off": ["check", "--disable", "hardcoded-secret", "--format", "text", name],
        "write baseline": ["check", "--write-baseline", "baseline.out", name],
        "baseline": ["check", "--baseline", "baseline.out", "--format", "sarif", name],
        "diff": ["fix", "--unsafe", "--diff", name],
        "fix": ["fix", "--unsafe", name],
    }
    with chdir(folder):
        Path(name).write_text(text, "utf-8", newline="")
        for title, arguments in runs.items():
            outputs[title] = CliRunner().invoke(commands, arguments).output
        for path in Path().glob("*.out"):
            outputs[path.name] = path.read_text("utf-8")
    return outputs


def _readings(text: str) -> Iterator[str]:
    """What a text may be read as, whatever the escapes of its format, without blanks."""
    text = "".join(text.split())
    yield from (text, html.unescape(text), unescaped(text), unescaped(unescaped(text)), unquote(text))
    yield from (text.replace("''", "'"), text.replace("\\", ""), text.replace("~1", "/").replace("~0", "~"))
    yield html.unescape(text).replace("~1", "/").replace("~0", "~")


def _shown_piece(secret: str, text: str) -> str:
    """The first piece of a secret that a text shows, empty if there is none; a word tells nothing."""
    pieces = [secret[start : start + PIECE] for start in range(len(secret) - PIECE + 1)]
    telling = [piece for piece in pieces if not (piece.isalpha() and (piece.isupper() or piece[1:].islower()))]
    return next((piece for reading in _readings(text) for piece in telling if piece in reading), "")


def _assert_nothing_is_shown(seeds: range, tmp_path: Path) -> None:
    reported, unread = 0, 0
    for seed in seeds:
        folder = tmp_path / str(seed)
        folder.mkdir()
        name, text, secret, is_valid = planted(seed)
        outputs = _outputs(name, text, folder)
        assert {title for title, output in outputs.items() if _shown_piece(secret, output)} == set(), seed
        assert ("[syntax]" in outputs["line.out"]) is not is_valid, seed
        reported += "hardcoded-secret" in outputs["line.out"]
        unread += not is_valid
    assert reported > len(seeds) / 2
    assert unread


def test_planted_secrets(tmp_path: Path) -> None:
    """Neither a secret nor a piece of it is in any output, however it is written and whatever is wrong beside it."""
    _assert_nothing_is_shown(range(40), tmp_path)


@pytest.mark.exhaustive
def test_many_planted_secrets(tmp_path: Path) -> None:
    """The same for thousands of specifications."""
    _assert_nothing_is_shown(range(1000, 4000), tmp_path)


WRITTEN = {
    "plain": SECRET,
    "single quotes": f"'{SECRET}'",
    "\\x": '"m4Kx\\x37PqW2vRt9YbN"',
    "\\u": '"m4Kx\\u0037PqW2vRt9YbN"',
    "\\U": '"m4Kx\\U00000037PqW2vRt9YbN"',
    "a line break that is escaped": '"m4Kx7Pq\\\n           W2vRt9YbN"',
    "literal block": f"|\n           {SECRET}",
    "folded block": f">-\n           {SECRET}",
    "tag": f"!!str {SECRET}",
    "alias": "*token",
}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_secret_is_known_however_it_is_written(name: str, tmp_path: Path) -> None:
    """A secret is written in each way where it is sent, and plainly in a path, a key, a message and a summary."""
    text = header(f"""\
x-token: &token {SECRET}
paths:
  /{SECRET}//a:
    get:
      summary: '{SECRET}'
      x-yc-apigateway-integration:
        {SECRET}: 1
        type: http
        method: {SECRET}
        url: https://example.com
        headers:
          X-Token: {WRITTEN[name]}
""")
    outputs = _outputs("spec.yaml", text, tmp_path)
    assert not [title for title, output in outputs.items() if _shown_piece(SECRET, output)]
    assert "[hardcoded-secret]" in outputs["line.out"]
    stars = "*" * len(SECRET)
    assert f"unknown key '{stars}'" in outputs["line.out"]
    assert f"/paths/~1{stars}~1~1a" in {one["pointer"] for one in json.loads(outputs["json.out"])["diagnostics"]}


VARIABLES = {
    "spec.json": '{"openapi": "3.0.0", "paths": {}, "x-yc-apigateway": {"variables": {"api-token": '
    '{"default": "m4Kx7Pq\\/W2vRt9YbN", "enum": ["zzm4Kx7Pq\\/W2vRt9YbNkk"]}}}}',
    "spec.yaml": "x-yc-apigateway: {variables: {api-token: "
    "{default: 'm4Kx7Pq''W2vRt9YbN', enum: ['zzm4Kx7Pq''W2vRt9YbNkk']}}}\npaths: {}\n",
}


@pytest.mark.parametrize(("name", "sign"), [("spec.json", "/"), ("spec.yaml", "'")])
def test_escaped_secrets_of_variables(name: str, sign: str, tmp_path: Path) -> None:
    """A message, its suggestion, a fix and the lines that are shown have a star for each character of a secret."""
    outputs = _outputs(name, VARIABLES[name], tmp_path)
    default, choice = f"m4Kx7Pq{sign}W2vRt9YbN", f"zz8Zr2Lm{sign}W2vRt9YbNkk"
    for secret in (default, choice):
        assert not [title for title, output in outputs.items() if _shown_piece(secret, output)]
    message = f"default '{'*' * 17}' of variable 'api-token' is not in its 'enum', did you mean '{'*' * 21}'?"
    assert message in outputs["line.out"]
    assert f"= fix: write '{'*' * 21}' (unsafe)" in outputs["text.out"]


def test_a_message_is_masked_before_it_is_cut() -> None:
    """No half of a secret is left, wherever a message is cut."""
    for length in range(MAX_MESSAGE - 229, MAX_MESSAGE - 213):
        key = f"{'a' * length}{SECRET}{'-z' * 110}"
        text = header(f"paths: {{/a: {{get: {{{INTEGRATION}: {{type: http, {SENT}, {key}: 1}}}}}}}}\n")
        message = next(one.message for one in found(text) if one.rule == "unknown-key")
        assert " ... " in message
        assert "a*" in message
        assert set(message[message.index("*") :].partition(" ")[0]) <= set("*-z")
        assert not _shown_piece(SECRET, message)


FIXABLE = header(f"""\
paths:
  /a:
    get:
      operation: {{id: 1}}
      {INTEGRATION}:
        type: http
        url: https://example.com
        {SENT}
        timeouts: {{connect: '5'}} # {SECRET}
""")


def test_diff_has_stars(tmp_path: Path) -> None:
    """A diff has stars in the lines that change and in those around them, and the file gets the secrets."""
    (tmp_path / "spec.yaml").write_text(FIXABLE)
    done = run("fix", "--diff", "spec.yaml", cwd=tmp_path)
    stars = "*" * len(SECRET)
    assert f"         headers: {{Authorization: Bearer {stars}}}\n" in done.stdout
    assert (
        f"-        timeouts: {{connect: '5'}} # {stars}\n+        timeouts: {{connect: 5}} # {stars}\n" in done.stdout
    )
    assert run("fix", "spec.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "spec.yaml").read_text() == FIXABLE.replace("'5'", "5")


def test_a_fix_that_writes_a_secret_is_made_and_not_shown(tmp_path: Path) -> None:
    """What moves a secret is in no report, though a person sees that there is a fix, and `fix` makes it."""
    text = header(f"""\
paths:
  /a:
    get:
      x-yc-apigateway-integration:
        type: http
        url: https://example.com
        headers: {{X-Token: {SECRET}}}
        operationId: {SECRET}
""")
    (tmp_path / "spec.yaml").write_text(text)
    outputs = _outputs("spec.yaml", text, tmp_path)
    moved = [one for one in json.loads(outputs["json.out"])["diagnostics"] if "operationId" in one["message"]]
    assert [(one["rule"], one["fix"]) for one in moved] == [("unknown-key", None)]
    results = json.loads(outputs["sarif.out"])["runs"][0]["results"]
    assert [one.get("fixes") for one in results if "operationId" in one["message"]["text"]] == [None]
    assert "= fix: move it to the operation (unsafe)" in outputs["text.out"]
    assert f"      operationId: {SECRET}\n" in (tmp_path / "spec.yaml").read_text()


HIDDEN_IN = {
    "comment with a reason": "x-yc-apigateway: {}\n"
    f"x-b: {{{SENT}}} # apigw-lint: ignore[{SECRET}, unused-ignore] {SECRET}\n",
    "value that a repeated key replaces": f"x-yc-apigateway: {{}}\nx-a: {{{SENT}, headers: {{Authorization: a}}}}\n",
    "default below a misspelt key": f"x-yc-apigateway: {{variabels: {{api-token: {{default: {SECRET}}}}}}}\n",
    "misspelt key": f"x-yc-apigateway: {{hedaers: {{X-Token: {SECRET}}}}}\n",
    "list": f"x-yc-apigateway: {{{SECRET}: {{X-Token: [{SECRET}]}}}}\n",
    "after a second ':'": f"x-yc-apigateway: a: b, {SENT}\n",
    "token outside of a string": f"x-yc-apigateway: {{}} t1.{SECRET}{SECRET}\n",
    "two lines of a text that cannot be parsed": f"x-yc-apigateway: {{X-Token: 'Bearer\n {SECRET}'}} {SECRET}\n",
    "url in a text that cannot be parsed": f"x-yc-apigateway: {{}} 'https://user:{SECRET}@example.com'\n",
}


@pytest.mark.parametrize("name", HIDDEN_IN)
def test_secrets_where_no_rule_looks(name: str, tmp_path: Path) -> None:
    """What looks like a secret is hidden in what is not sent, too, and in a text that cannot be parsed."""
    text = header(f"paths: {{}}\n{HIDDEN_IN[name]}")
    outputs = _outputs("spec.yaml", text, tmp_path)
    assert json.loads(outputs["json.out"])["diagnostics"]
    assert not [title for title, output in outputs.items() if _shown_piece(SECRET, output)]


def test_secrets_of_terraform(tmp_path: Path) -> None:
    """A secret of one heredoc is hidden in another one, and so is one between them."""
    gateway = (
        'resource "yandex_api_gateway" "{0}" {{\n  token = "Yh6Tg5Rf4Ed3"\n  spec = <<-EOT\n'
        "    openapi: 3.0.0\n    info: {{title: API, version: 1.0.0, {1}}}\n    paths: {{}}\n"
        "    x-yc-apigateway: {{variables: {{{2}}}}}\n  EOT\n}}\n"
    )
    text = gateway.format("a", "titel: 1", f"api-token: {{default: {SECRET}}}") + gateway.format(
        "b", f"{SECRET}: 1", ""
    )
    outputs = _outputs("main.tf", text, tmp_path)
    assert f"unknown key '{'*' * len(SECRET)}'" in outputs["line.out"]
    for secret in (SECRET, "Yh6Tg5Rf4Ed3"):
        assert not [title for title, output in outputs.items() if _shown_piece(secret, output)]


def test_a_rule_that_crashes_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """The value in the text of an exception is masked, as `repr` writes it too."""

    def fails(spec: Spec) -> Iterator[Problem]:
        raise ValueError(f"{SECRET[:8]} of {['m4Kx7Pq' + chr(92) + chr(39) + 'W2vRt9YbN']}")
        yield

    monkeypatch.setitem(RULES, "unknown-key", RULES["unknown-key"]._replace(check=fails))
    secret = "m4Kx7Pq\\'W2vRt9YbN"
    sent = json.dumps({"headers": {"X-Token": secret}, "query": {"token": SECRET}})
    text = header(
        f'paths: {{/a: {{get: {{{INTEGRATION}: {{type: http, url: "https://example.com", {sent[1:-1]}}}}}}}}}\n'
    )
    crash = next(one for one in found(text) if one.rule == "crash")
    assert not _shown_piece(SECRET, crash.message)
    assert not _shown_piece(secret, crash.message)
    assert "failed with ValueError: ******** of [" in crash.message


def test_old_baselines_show_no_secret(tmp_path: Path) -> None:
    """An entry that an earlier version wrote is told with stars when it matches nothing any more."""
    text = FIXABLE.replace("timeouts", "timeoutz")
    assert _outputs("spec.yaml", text, tmp_path)["write baseline"]
    line = json.dumps({"path": "a.yaml", "rule": "bad-value", "pointer": "", "message": f"'{SECRET}' is wrong"})
    (tmp_path / "a.yaml").write_text(text)
    (tmp_path / "baseline.out").write_text(f'{{"apigw-lint-baseline": 1}}\n{line}\n')
    done = run("check", "--baseline", "baseline.out", "a.yaml", cwd=tmp_path)
    assert f"fixed, but still in the baseline: a.yaml: '{'*' * len(SECRET)}' is wrong [bad-value]\n" in done.stderr


def test_words_are_no_secrets(tmp_path: Path) -> None:
    """A word that is a part of a secret is shown elsewhere, what is called a secret and is a word is too."""
    text = header(f"""\
paths:
  /a:
    get:
      {INTEGRATION}:
        type: http
        url: https://example.com
        headers: {{X-Token: Production-77-{SECRET}, X-Api-Key: secondary}}
        production: 1
        secondary: 2
""")
    shown = _outputs("spec.yaml", text, tmp_path)["line.out"]
    assert "unknown key 'production'" in shown
    assert "unknown key 'secondary'" in shown
