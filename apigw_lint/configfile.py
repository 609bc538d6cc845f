"""Owns `.apigw-lint.yaml`: finding it, reading it, and the configuration of each file."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from apigw_lint.bounds import MAX_CONFIG_BYTES
from apigw_lint.cached import cached_property
from apigw_lint.config import Config
from apigw_lint.diagnostic import Consequence, Diagnostic, Severity
from apigw_lint.files import UnreadableError, decode, read, read_inside, shown_path
from apigw_lint.gateway.spec import Spec
from apigw_lint.globs import Globs, flaw_of_glob
from apigw_lint.linter import diagnose, diagnostic_of
from apigw_lint.recognition import OPT_IN
from apigw_lint.repository import is_inside, real_path, top_of, working_tree
from apigw_lint.rules import RULES, Problem
from apigw_lint.source.parse import parse
from apigw_lint.source.placeholder import LITERAL
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Node

NAME = ".apigw-lint.yaml"
NAMES = (NAME, ".apigw-lint.yml")
_MISNAMED = (
    *("apigw-lint.yaml", "apigw-lint.yml", ".apigw-lint", ".apigw-lint.json", ".apigw-lint.toml", ".apigwlint.yaml"),
    *(".apigwlint.yml", ".apigw_lint.yaml", ".apigw_lint.yml", "apigw_lint.yaml", "apigw_lint.yml"),
)
"""Names that people give a configuration, and that are not looked for."""
CHECKED_BY = ("syntax", "duplicate-key", "unknown-key", "missing-key", "wrong-type", "bad-value")
"""The rules that check the configuration itself."""


class ConfigError(Exception):
    """A configuration that cannot be used; `findings` say why and where."""

    def __init__(self, findings: list[Diagnostic]) -> None:
        super().__init__("; ".join(diagnostic.full_message for diagnostic in findings))
        self.findings = findings


class ConfigFile:
    """A configuration file that has been read. Globs in it are relative to its folder, in the way of `.gitignore`."""

    def __init__(self, path: str, root: Node | None) -> None:
        self.path = path
        self.folder = os.path.dirname(os.path.abspath(path))
        self._root = root

    def config_for(self, path: str, base: Config) -> Config:
        """The configuration of a file, `base` where this file chooses nothing for it."""
        rules, origins = dict(base.rules), dict(base.origins)
        if self._string("extends") == "strict":
            for rule in RULES.values():
                if not rule.is_default:
                    rules[rule.name] = rule.severity
                    origins[rule.name] = self._origin("extends")
        for node in self._rule_lists(path):
            for name, severity in node.items():
                rules[name] = _severity(severity.value)
                origins[name] = self._location(severity)
        for key in ("fail-level", "placeholders", "baseline", *OPT_IN):
            if self._get(key):
                origins[key] = self._origin(key)
        level = self._string("fail-level")
        return base._replace(
            rules=rules,
            fail_level=Severity(level) if level else base.fail_level,
            placeholders=(*base.placeholders, *self._strings("placeholders")),
            baseline=self.baseline or base.baseline,
            template=self._template(path, origins) or base.template,
            origins=origins,
            hosts=self.hosts,
        )

    @property
    def hosts(self) -> frozenset[str]:
        """The hosts that are read in a folder too, by their keys."""
        return frozenset(key for key in OPT_IN if (node := self._get(key)) and node.value is True)

    @property
    def baseline(self) -> str | None:
        """The path of the baseline, None without one."""
        name = self._string("baseline")
        return os.path.join(self.folder, name) if name else None

    def excludes(self, path: str) -> bool:
        """Whether `exclude` names a file."""
        return bool(self._strings("exclude")) and _matches(self._exclude_globs, self._relative(path))

    @cached_property
    def _exclude_globs(self) -> Globs:
        return Globs(self._strings("exclude"))

    def _template(self, path: str, origins: dict[str, str]) -> str | None:
        """The style that the last glob of `templates` for a file gives it."""
        style = None
        node = self._get("templates")
        for glob, name in node.items() if node else ():
            if _matches(Globs([glob]), self._relative(path)):
                style = str(name.value)
                origins["template"] = self._location(name)
        return style

    def _rule_lists(self, path: str) -> Iterator[Node]:
        """The mappings of rules to severities that hold for a file, the last one counts."""
        if rules := self._get("rules"):
            yield rules
        overrides = self._get("overrides")
        for override in overrides.entries() if overrides else ():
            files, rules = override.get("files"), override.get("rules")
            globs = [str(node.value) for node in files.entries()] if files else []
            if rules and _matches(Globs(globs), self._relative(path)):
                yield rules

    def _get(self, key: str) -> Node | None:
        return self._root.get(key) if self._root else None

    def _string(self, key: str) -> str | None:
        return self._root.text(key) if self._root else None

    def _strings(self, key: str) -> list[str]:
        node = self._get(key)
        return [str(item.value) for item in node.entries()] if node else []

    def _relative(self, path: str) -> str:
        return os.path.relpath(os.path.abspath(path), self.folder).replace(os.sep, "/")

    def _origin(self, key: str) -> str:
        node = self._get(key)
        return self._location(node) if node else ""

    def _location(self, node: Node) -> str:
        return f"{shown_path(self.path)}:{node.tree.source.position(node.span.start).line}"


def _severity(value: object) -> Severity | None:
    return None if value is False or str(value).lower() in ("off", "no") else Severity(str(value))


def _matches(globs: Globs, relative: str) -> bool:
    return not relative.startswith("../") and globs.match_file(relative)


def load_config_file(path: str, within: str | None = None) -> ConfigFile:
    """A configuration file. Raises ConfigError with what is wrong in it.

    The file and its baseline must be inside `within`, a real path; None for a file that the user named.
    """
    shown = shown_path(path)
    try:
        text = decode(read_inside(path, within, MAX_CONFIG_BYTES) if within else read(path, MAX_CONFIG_BYTES))
    except UnreadableError as error:
        raise ConfigError(
            [diagnostic_of(Source(shown, ""), RULES["unreadable-file"], Problem(None, str(error)))]
        ) from None
    return parse_config_file(path, text, within)


def parse_config_file(path: str, text: str, within: str | None = None) -> ConfigFile:
    """The configuration file with a text, see `load_config_file`. Raises ConfigError."""
    tree = parse(Source(shown_path(path), text.removeprefix("\ufeff")), placeholders=LITERAL)
    if tree.root is None and not tree.syntax_errors:
        return ConfigFile(path, None)
    findings = list(diagnose(Spec(tree, schema="config"), [RULES[name] for name in CHECKED_BY], Config()))
    if tree.root and not findings:
        folder = os.path.dirname(path)
        problems = (*_bad_strings(tree.root), *_baseline_outside(tree.root, folder, within))
        findings = [diagnostic_of(tree.source, RULES["bad-value"], problem) for problem in problems]
    if findings:
        # What the rules say about specifications is not true of the configuration, and 'fix' repairs none.
        raise ConfigError(
            [finding._replace(url="", fix=None, consequence=Consequence.UNCHECKED) for finding in findings]
        )
    return ConfigFile(path, tree.root)


def _bad_strings(root: Node) -> Iterator[Problem]:
    """The strings that no schema refuses and that mean nothing."""
    for node in _entries(root.get("placeholders")):
        if str(node.value).count("*") > 1 or not str(node.value).strip("* "):
            yield Problem(node, f"'{node.value}' must have at most one '*' and at least one other character")
    for globs in _lists_of_globs(root):
        has_match = False
        for node, glob, at in globs:
            if flaw := flaw_of_glob(glob):
                yield Problem(node, f"'{glob}' matches no file: {flaw}", at=at)
            elif glob.startswith("!") and not has_match:
                yield Problem(node, f"'{glob}' takes nothing back: no glob before it matches anything", at=at)
            has_match = True
    if root.text("baseline") == "":
        yield Problem(root.get("baseline"), "'baseline' must be the path of a file")


def _lists_of_globs(root: Node) -> Iterator[Sequence[tuple[Node, str, Span | None]]]:
    """The lists of globs in a configuration; those that are keys count alone, and have the spans of the keys."""
    lists = [root.get("exclude"), *(override.get("files") for override in _entries(root.get("overrides")))]
    yield from ([(node, str(node.value), None) for node in _entries(listed)] for listed in lists)
    if templates := root.get("templates"):
        yield from ([(node, glob, node.key_span)] for glob, node in templates.items())


def _entries(node: Node | None) -> list[Node]:
    return list(node.entries()) if node else []


def _baseline_outside(root: Node, folder: str, within: str | None) -> Iterator[Problem]:
    node = root.get("baseline")
    if node and within and not is_inside(real_path(os.path.join(folder, str(node.value))), within):
        yield Problem(node, f"'{node.value}' is outside the repository: name such a baseline with '--baseline'")


def config_file_in(folder: str) -> tuple[str | None, str | None]:
    """The path of the configuration file of a folder, also of one that cannot be read, and a sentence about another.

    The other one is named as if it were a configuration file, but is not read. None where there is none.
    """
    names = [name for name in (*NAMES, *_MISNAMED) if os.path.lexists(os.path.join(folder, name))]
    found = os.path.join(folder, names.pop(0)) if names and names[0] in NAMES else None
    if not names or (found and names[0] not in NAMES):
        return found, None
    reason = f"'{NAME}' is there too" if found else f"a configuration must be called '{NAME}'"
    return found, f"{shown_path(os.path.join(folder, names[0]))} is not read: {reason}"


class Configs:
    """The configuration of each file of a run.

    `named` is the path of a configuration file that holds for all, `is_ignored` leaves every configuration file out.
    `changes` are choices of the command line, which come last, `exclude` are its globs, relative to the current folder.
    `notes` are sentences about files that are not read although they seem to be configurations. Raises ConfigError.
    """

    def __init__(
        self,
        named: str | None = None,
        *,
        is_ignored: bool = False,
        changes: Config | None = None,
        exclude: Sequence[str] = (),
    ) -> None:
        self._excluded = Globs(exclude) if exclude else None
        self._named = load_config_file(named) if named else None
        self._is_ignored = is_ignored
        self._changes = changes or Config()
        self.notes: list[str] = []
        self._by_folder: dict[str, ConfigFile | None] = {}

    def file_for(self, path: str) -> ConfigFile | None:
        """The configuration file that holds for a file. Raises ConfigError."""
        if self._named or self._is_ignored:
            return self._named
        folder = os.path.dirname(os.path.abspath(path))
        passed = []
        while folder not in self._by_folder:
            passed.append(folder)
            parent = os.path.dirname(folder)
            found, note = config_file_in(folder)
            if note:
                self.notes.append(note)
            if found:
                self._by_folder[folder] = load_config_file(found, working_tree(folder))
            elif folder in (parent, top_of(folder)):
                self._by_folder[folder] = None
            else:
                folder = parent
        file = self._by_folder[folder]
        self._by_folder.update(dict.fromkeys(passed, file))
        return file

    def excluded_by(self, path: str) -> str | None:
        """What excludes a file, the option or a configuration file, by its name; None if nothing does."""
        if self._excluded and _matches(self._excluded, shown_path(os.path.abspath(path))):
            return "--exclude"
        file = self.file_for(path)
        return shown_path(file.path) if file and file.excludes(path) else None

    def config_for(self, path: str) -> Config:
        """The configuration of a file. Raises ConfigError."""
        file = self.file_for(path)
        config = file.config_for(path, Config()) if file else Config()
        changes = self._changes
        rules = {**config.rules, **changes.rules}
        for name in changes.enabled:
            if name in rules and rules[name] is None:
                del rules[name]
        return config._replace(
            rules=rules,
            enabled=changes.enabled,
            is_strict=changes.is_strict,
            fail_level=changes.fail_level if "fail-level" in changes.origins else config.fail_level,
            baseline=changes.baseline or config.baseline,
            origins={**config.origins, **changes.origins},
        )
