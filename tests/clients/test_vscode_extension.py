"""The extension for VS Code: its own checks and tests, its package, and what that does outside of the editor."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path
from typing import NamedTuple
from zipfile import ZipFile

import pytest

from apigw_lint import __version__, recognition
from tests.blocks import block, cells
from tests.clients import add_command, environment, require, require_node_packages, run
from tests.conftest import ROOT

pytestmark = pytest.mark.once
FOLDER = ROOT / "editors" / "vscode"

PACKAGED = [
    "[Content_Types].xml",
    "extension.vsixmanifest",
    "extension/LICENSE.txt",
    "extension/NOTICES",
    "extension/changelog.md",
    "extension/dist/extension.js",
    "extension/package.json",
    "extension/readme.md",
]
"""The files of the package, those of its format first."""

CLOSED = "http://127.0.0.1:9"
"""A proxy that is not there."""


class Extension(NamedTuple):
    """A copy of the extension's folder that is compiled, and its package."""

    folder: Path
    package: Path
    env: dict[str, str]

    def npm(self, *arguments: str, **variables: str) -> str:
        """What npm prints of a command that succeeds."""
        return run(["npm", *arguments], cwd=self.folder, env={**self.env, **variables}).stdout

    def packed(self, name: str) -> Path:
        """A new package."""
        package = self.folder.parent / name
        self.npm("run", "package", "--", "--out", str(package))
        return package

    def test(self, compiled: str, **variables: str) -> int:
        """How many tests of a compiled file pass, with the packaged extension. None may fail."""
        unpacked = self.folder.parent / "unpacked"
        with ZipFile(self.package) as package:
            package.extractall(unpacked)
        script = unpacked / "extension" / "dist" / "extension.js"
        command = ["node", "--test", "--test-reporter=tap", str(self.folder / "out" / "tests" / compiled)]
        env = {**self.env, "APIGW_LINT_EXTENSION": str(script), **variables}
        return passed(run(command, cwd=self.folder, env=env).stdout)


def passed(output: str) -> int:
    """The number of tests that passed."""
    found = re.search(r"(?m)^# pass (\d+)$", output)
    assert found, output
    return int(found[1])


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Extension:
    """The extension, built and packaged without a network."""
    require_node_packages(FOLDER)
    top = tmp_path_factory.mktemp("vscode")
    folder = top / "editors" / "vscode"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("node_modules", "out", "dist", "LICENSE", "NOTICES"))
    (folder / "node_modules").symlink_to(FOLDER / "node_modules")
    shutil.copy(ROOT / "LICENSE", top)
    offline = {"http_proxy": CLOSED, "https_proxy": CLOSED, "npm_config_offline": "true"}
    env = environment(top, SOURCE_DATE_EPOCH="1700000000", **offline)
    made = Extension(folder, folder.parent / "first.vsix", env)
    made.packed("first.vsix")
    made.npm("exec", "--", "tsc")
    return made


def test_types(extension: Extension) -> None:
    """Everything is type-checked strictly, against the oldest editor that is supported."""
    extension.npm("run", "check")
    wrong = extension.folder / "src" / "wrong.ts"
    wrong.write_text('import { env } from "vscode";\nexport const wrong: number = env;\n')
    done = run(["npm", "run", "check"], cwd=extension.folder, env=extension.env, check=False)
    wrong.unlink()
    assert done.returncode != 0
    assert "src/wrong.ts(2,14): error TS2322" in done.stdout


def test_own_tests(extension: Extension) -> None:
    """Its tests pass in Node: finding the program, what a failure says, trust, restarts, a server of their own."""
    assert passed(extension.npm("test", "--", "--test-reporter=tap")) >= 40


def test_contents_of_the_package(extension: Extension) -> None:
    """The package holds one file of JavaScript, the texts for its users, the licenses, and nothing else."""
    with ZipFile(extension.package) as package:
        assert sorted(package.namelist()) == PACKAGED
        assert package.read("extension/LICENSE.txt") == (ROOT / "LICENSE").read_bytes()
        assert package.read("extension/readme.md") == (FOLDER / "README.md").read_bytes()
        assert package.read("extension/changelog.md") == (FOLDER / "CHANGELOG.md").read_bytes()
        notices = package.read("extension/NOTICES").decode()
    libraries = re.findall(r"(?m)^(\S+) [0-9.]+ \([^)]+\)$", notices)
    assert {"vscode-languageclient", "vscode-jsonrpc", "semver", "minimatch"} <= set(libraries)


def test_package_needs_nothing_else(extension: Extension) -> None:
    """The file of JavaScript needs the editor and Node alone, and of Node no module that fetches anything."""
    with ZipFile(extension.package) as package:
        script = package.read("extension/dist/extension.js").decode()
    needed = set(re.findall(r'\brequire\("(?:node:)?([^"]+)"\)', script))
    # 'net' is for servers that are reached by a pipe; the language client brings it.
    ours = {"child_process", "crypto", "events", "fs", "os", "path", "readline", "util"}
    assert needed == {"vscode", "net", *ours}
    assert "fetch(" not in script


def test_package_is_reproducible(extension: Extension) -> None:
    """Packaged again, the bytes are the same."""
    assert extension.packed("second.vsix").read_bytes() == extension.package.read_bytes()


def test_documented_installation(extension: Extension, tmp_path: Path) -> None:
    """The commands of the page build the package that they install, once `npm ci` has run."""
    npm = require("npm")
    commands = Path(environment(tmp_path)["PATH"].split(os.pathsep)[0])
    add_command(commands, "npm", f'test "$1" = ci || exec "{npm}" "$@"')
    add_command(commands, "code", f'echo "$1"; cp "$2" "{tmp_path}/installed.vsix"')
    env = {**extension.env, "PATH": os.pathsep.join([str(commands), extension.env["PATH"]])}
    script = block("docs/editors.md", "VS Code", "sh")
    done = run(["sh", "-e", "-c", script], cwd=extension.folder.parents[1], env=env)
    assert done.stdout.splitlines()[-1] == "--install-extension"
    assert (tmp_path / "installed.vsix").read_bytes() == extension.package.read_bytes()


def test_packaged_extension(extension: Extension) -> None:
    """What is in the package starts, restarts and ends servers, in a stand-in for the editor."""
    assert extension.test("wiring.test.js") >= 13


def test_with_the_language_server(extension: Extension) -> None:
    """With the language server itself, a file that is opened has its finding."""
    program = shutil.which("apigw-lint", path=extension.env["PATH"])
    assert program is not None
    assert extension.test("with_program.js", APIGW_LINT_PROGRAM=program) == 1


def test_suffixes(extension: Extension) -> None:
    """The server is asked about files with exactly the suffixes that a run over a folder looks for."""
    script = 'console.log(JSON.stringify(require("./out/src/documents.js").SUFFIXES))'
    shown = run(["node", "-e", script], cwd=extension.folder, env=extension.env).stdout
    assert json.loads(shown) == list(recognition.SUFFIXES)


def test_version() -> None:
    """The extension has the version of the program."""
    for name in ("package.json", "package-lock.json"):
        assert json.loads((FOLDER / name).read_text("utf-8"))["version"] == __version__


def test_settings_on_the_page() -> None:
    """The page for users lists exactly the settings and the command that there are."""
    contributed = json.loads((FOLDER / "package.json").read_text("utf-8"))["contributes"]
    page = "editors/vscode/README.md"
    listed = cells(page, "Settings", "setting")
    assert [cell.strip("`") for cell in listed] == list(contributed["configuration"]["properties"])
    (command,) = contributed["commands"]
    assert f"*{command['category']}: {command['title']}*" in (ROOT / page).read_text("utf-8")
