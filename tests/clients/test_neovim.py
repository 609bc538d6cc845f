"""The configuration of Neovim in docs/editors.md, in a Neovim without a screen."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apigw_lint.formats.printable import printable
from tests.blocks import block
from tests.clients import environment, findings, require, run
from tests.conftest import FIXTURES

HEAD = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\n"
LINE = 'paths: {/a: {get: {summary: "SUMMARY", x-yc-apigateway-integration: {type: dumy}, operatonId: a}}}\n'
CYRILLIC = HEAD + LINE.replace("SUMMARY", "Привет, é")
ACCENT = HEAD + LINE.replace("SUMMARY", "e\N{COMBINING ACUTE ACCENT}")
WIDE = HEAD + LINE.replace("SUMMARY", "😀 漢字")
TABS = """{
\t"openapi": "3.0.0",
\t"info": {"title": "API", "version": "1.0.0"},
\t"paths": {"/a": {"get": {"summary": "Привет", "x-yc-apigateway-integration": {"type": "dumy"}}}}
}
"""
CLEAN = HEAD + "paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}\n"

# Diagnostics come a moment after their event, also when there are none.
WAIT = """
local changes = 0
vim.api.nvim_create_autocmd("DiagnosticChanged", {callback = function() changes = changes + 1 end})
local function diagnostics(number)
  local function is_there() return changes > 0 and #vim.diagnostic.get(0) == number end
  assert(vim.wait(60000, is_there, 20), number .. " diagnostics never came, but " .. #vim.diagnostic.get(0))
  changes = 0
  return vim.diagnostic.get(0)
end
local function code_action(title)
  vim.ui.select = function(actions, _, chosen)
    for _, action in ipairs(actions) do
      if action[2].title == title then return chosen(action) end
    end
    error("there is no " .. title)
  end
  local before = vim.api.nvim_buf_get_changedtick(0)
  vim.lsp.buf.code_action()
  assert(vim.wait(60000, function() return vim.api.nvim_buf_get_changedtick(0) > before end, 20), "nothing was done")
end
local function keys(text)
  vim.api.nvim_feedkeys(vim.api.nvim_replace_termcodes(text, true, false, true), "xt", false)
end
local function result(value)
  vim.fn.writefile({vim.fn.json_encode(value)}, "../result.json")
end
"""
JUMP = """
let jumps = []
for number in range(1, len(getqflist()))
  execute 'cc' number
  call add(jumps, [line('.'), charcol('.'), virtcol('.')])
endfor
"""


class Neovim(NamedTuple):
    """A Neovim with the configuration of docs/editors.md and nothing else."""

    command: str
    folder: Path
    env: dict[str, str]

    def lua(self, script: str) -> Any:
        """What a script hands to `result`."""
        (self.folder.parent / "script.lua").write_text(f"{WAIT}\n{script}\n", "utf-8")
        return self._result("luafile ../script.lua")

    def vim(self, script: str, result: str) -> Any:
        """The value of an expression behind a script."""
        written = f"{script}\ncall writefile([json_encode({result})], '../result.json')\n"
        (self.folder.parent / "script.vim").write_text(written, "utf-8")
        return self._result("source ../script.vim")

    def _result(self, command: str) -> Any:
        whole = [self.command, "--headless", "-i", "NONE", "-c", command, "-c", "qa!"]
        done = run(whole, cwd=self.folder, env=self.env)
        assert "Error" not in done.stderr, done.stderr
        return json.loads((self.folder.parent / "result.json").read_text("utf-8"))

    def findings(self, *paths: str) -> list[dict[str, Any]]:
        return findings(*paths, cwd=self.folder, env=self.env)


@pytest.fixture
def neovim(tmp_path: Path) -> Neovim:
    """An editor in a folder with specifications."""
    command, env = require("nvim"), environment(tmp_path)
    config = Path(env["XDG_CONFIG_HOME"]) / "nvim"
    (config / "compiler").mkdir(parents=True)
    (config / "init.lua").write_text(block("docs/editors.md", "Neovim", "lua"), "utf-8")
    (config / "compiler" / "apigw-lint.vim").write_text(block("docs/editors.md", "Neovim", "vim"), "utf-8")
    folder = tmp_path / "a folder"
    shutil.copytree(FIXTURES / "formats", folder / "formats")
    for name, text in (
        ("спека.yaml", CYRILLIC),
        ("accent.yaml", ACCENT),
        ("wide.yaml", WIDE),
        ("tabs.json", TABS),
        ("clean.yml", CLEAN),
        ("other.yaml", "services: {web: {image: nginx}}\n"),
    ):
        (folder / name).write_text(text, "utf-8")
    return Neovim(command, folder, env)


def as_diagnostics(found: Iterable[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """Findings of the JSON report as Neovim keeps them: places from 0, columns in bytes."""
    lines = text.split("\n")
    severities = ["error", "warning", "info"]
    return [
        {
            "lnum": one["line"] - 1,
            "col": len(lines[one["line"] - 1][: one["column"] - 1].encode()),
            "end_lnum": one["endLine"] - 1,
            "end_col": len(lines[one["endLine"] - 1][: one["endColumn"] - 1].encode()),
            "severity": severities.index(one["severity"]) + 1,
            "message": one["message"],
            "source": "apigw-lint",
            "code": one["rule"],
        }
        for one in found
    ]


def only(expected: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was found, without what is not compared."""
    return [{name: value for name, value in one.items() if name in expected[0]} for one in found]


@pytest.mark.parametrize("name", ["спека.yaml", "accent.yaml", "wide.yaml", "tabs.json", "formats/spec.yaml"])
def test_opened_file(name: str, neovim: Neovim) -> None:
    """An opened file has the diagnostics of the JSON report, to the byte, whatever stands in front of them."""
    text = (neovim.folder / name).read_text("utf-8")
    expected = as_diagnostics(neovim.findings(name), text)
    assert expected
    found = neovim.lua(f"vim.cmd('edit {name}') result(diagnostics({len(expected)}))")
    assert only(expected, found) == expected


def test_quickfix_list(neovim: Neovim) -> None:
    """The quickfix list that is made of diagnostics has the same places."""
    script = """
      vim.cmd('edit спека.yaml')
      diagnostics(2)
      vim.diagnostic.setqflist({open = false})
      result(vim.fn.getqflist())
    """
    expected = as_diagnostics(neovim.findings("спека.yaml"), CYRILLIC)
    quickfix = neovim.lua(script)
    assert [(one["lnum"] - 1, one["col"] - 1, one["end_lnum"] - 1, one["end_col"] - 1) for one in quickfix] == [
        (one["lnum"], one["col"], one["end_lnum"], one["end_col"]) for one in expected
    ]
    assert [(one["text"], one["type"]) for one in quickfix] == [(one["message"], "E") for one in expected]


def test_unsaved_buffer(neovim: Neovim) -> None:
    """A buffer is checked as it stands in the editor, by its own name; the file stays as it is."""
    script = """
      vim.cmd('edit спека.yaml')
      diagnostics(2)
      keys('/operatonId<CR>ciwoperationId<Esc>')
      local one = diagnostics(1)
      keys('/dumy<CR>ciwdummy, http_code: 200<Esc>')
      diagnostics(0)
      keys('ddu0')
      keys('/200<CR>ciw999<Esc>')
      local again = diagnostics(1)
      result({one[1].message, again[1].message, vim.api.nvim_buf_get_option(0, 'modified')})
    """
    found = neovim.lua(script)
    assert found == [
        "'dumy' is not a valid value of 'type', did you mean 'dummy'?",
        "'http_code' must be at most 599",
        True,
    ]
    assert (neovim.folder / "спека.yaml").read_text("utf-8") == CYRILLIC


def test_session(neovim: Neovim) -> None:
    """A block of parameters is deleted, the error comes, and the quick fix makes the text what it was."""
    seed = (FIXTURES / "specs" / "websocket-seed.yaml").read_text("utf-8")
    (neovim.folder / "seed.yaml").write_text(seed, "utf-8")
    script = """
      vim.cmd('edit seed.yaml')
      keys('/parameters:<CR>d6j')
      local found = diagnostics(1)
      local shorter = vim.api.nvim_buf_get_lines(0, 0, -1, true)
      vim.api.nvim_win_set_cursor(0, {found[1].lnum + 1, found[1].col})
      code_action("declare the parameter 'X-Yc-Apigateway-Websocket-Connection-Id'")
      diagnostics(0)
      result({found[1].code, shorter, vim.api.nvim_buf_get_lines(0, 0, -1, true)})
    """
    code, shorter, fixed = neovim.lua(script)
    assert code == "websocket-parameter"
    assert len(shorter) == len(seed.splitlines()) - 7
    assert "\n".join(fixed) + "\n" == seed


def test_action_behind_wide_characters(neovim: Neovim) -> None:
    """A fix behind an emoji and Chinese letters replaces what it is about."""
    script = """
      vim.cmd('edit wide.yaml')
      local found = diagnostics(2)
      vim.api.nvim_win_set_cursor(0, {3, found[1].col})
      code_action("write 'dummy'")
      diagnostics(1)
      result(vim.api.nvim_buf_get_lines(0, 2, 3, true)[1])
    """
    assert neovim.lua(script) == WIDE.splitlines()[2].replace("dumy", "dummy")


def test_questions(neovim: Neovim) -> None:
    """Hover, completion, definition and rename answer behind an emoji, in the editor's own units."""
    text = HEAD + (
        "paths:\n  /a/{id}:\n    get:\n"
        "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]\n"
        "      x-yc-apigateway-integration: {type: dummy, http_code: 200, content: {text/plain: '😀 {id}'}}\n"
    )
    (neovim.folder / "asked.yaml").write_text(text, "utf-8")
    script = """
      vim.cmd('edit asked.yaml')
      diagnostics(0)
      local function ask(method, more)
        local params = vim.tbl_extend('force', vim.lsp.util.make_position_params(0, 'utf-16'), more or {})
        local answers = vim.lsp.buf_request_sync(0, method, params, 60000)
        for _, answer in pairs(answers) do return answer.result end
      end
      keys('/😀<CR>f{l')
      local hovered = ask('textDocument/hover').contents.value
      vim.lsp.buf.definition()
      assert(vim.wait(60000, function() return vim.fn.line('.') == 6 end, 20), 'it stayed')
      local there = vim.fn.expand('<cword>')
      local renamed = ask('textDocument/rename', {newName = 'number'})
      vim.lsp.util.apply_workspace_edit(renamed, 'utf-16')
      local lines = vim.api.nvim_buf_get_lines(0, 0, -1, true)
      keys('/dummy<CR>ciw<Esc>')
      vim.api.nvim_win_set_cursor(0, {7, vim.fn.stridx(vim.fn.getline(7), 'type: ') + 6})
      local completed = ask('textDocument/completion')
      result({hovered, there, lines, vim.tbl_map(function(item) return item.label end, completed.items or completed)})
    """
    hovered, there, lines, labels = neovim.lua(script)
    assert hovered.startswith("**`id`** path parameter, line 6\n")
    assert there == "id"
    assert lines == text.replace("{id}", "{number}").replace("name: id", "name: number").splitlines()
    assert {"dummy", "cloud_functions", "http"} < {*labels}


def test_other_files_and_mistakes(neovim: Neovim) -> None:
    """A file that is no specification has no diagnostics; a mistake in the configuration is one of that file."""
    script = """
      vim.fn.writefile({'ruls: {}'}, '.apigw-lint.yaml')
      vim.cmd('edit other.yaml')
      vim.cmd('edit спека.yaml')
      diagnostics(2)
      local function there()
        local buffer = vim.fn.bufnr('.apigw-lint.yaml')
        return buffer > 0 and #vim.diagnostic.get(buffer) == 1
      end
      assert(vim.wait(60000, there, 20))
      local found = vim.diagnostic.get(vim.fn.bufnr('.apigw-lint.yaml'))
      result({#vim.diagnostic.get(vim.fn.bufnr('other.yaml')), found[1].message})
    """
    number, message = neovim.lua(script)
    assert number == 0
    assert message.startswith("unknown key 'ruls' in configuration, did you mean 'rules'?")


def test_make(neovim: Neovim) -> None:
    """`:make` fills the quickfix list with all findings of a folder, each with all its parts."""
    found = neovim.vim(
        "compiler apigw-lint\nsilent make!",
        "map(getqflist(), {_, one -> extend(one, {'path': bufname(one.bufnr)})})",
    )
    expected = [
        {
            "path": one["path"],
            "lnum": one["line"],
            "col": one["column"],
            "vcol": 1,
            "end_lnum": one["endLine"],
            "end_col": one["endColumn"],
            "type": one["severity"][0],
            "text": f"{printable(one['message'])} [{one['rule']}]",
            "valid": 1,
        }
        for one in neovim.findings()
    ]
    assert only(expected, found) == expected
    assert {one["type"] for one in expected} == {"e", "w", "i"}


@pytest.mark.parametrize(("name", "shift"), [("спека.yaml", 0), ("wide.yaml", -3), ("tabs.json", -7)])
def test_jumps(name: str, shift: int, neovim: Neovim) -> None:
    """Jumps of the quickfix list are right behind Cyrillic, and too far to the left behind wide characters and tabs."""
    jumps = neovim.vim(f"compiler apigw-lint\nsilent make! {name}\n{JUMP}", "jumps")
    found = neovim.findings(name)
    assert found
    assert jumps == [[one["line"], one["column"] + shift, one["column"]] for one in found]
