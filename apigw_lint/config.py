"""Owns what a user may choose for one file: which rules run, how severe they are, what makes a run fail."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from apigw_lint.diagnostic import Severity
from apigw_lint.rules import RULES, Rule

_NO_RULES: Mapping[str, Severity | None] = MappingProxyType({})


class Config(NamedTuple):
    """The choices for one file.

    `rules` maps a rule's name to a severity, or to None to switch it off; naming a severity switches a rule on that is
    off by default, and so does `enabled`. `placeholders` are strings with at most one `*` that are filled in later.
    `template` is whose placeholders the file holds, None to detect it. `origins` says where a choice was made, by the
    name of the rule or by the key of the configuration (`fail-level`, `baseline`, `placeholders`, `template`).
    """

    rules: Mapping[str, Severity | None] = _NO_RULES
    enabled: frozenset[str] = frozenset()
    fail_level: Severity = Severity.ERROR
    placeholders: tuple[str, ...] = ()
    baseline: str | None = None
    template: str | None = None
    origins: Mapping[str, str] = MappingProxyType({})

    def runs(self, rule: Rule) -> bool:
        """Whether a rule is switched on."""
        if rule.name in self.rules:
            return self.rules[rule.name] is not None
        return rule.is_default or rule.name in self.enabled

    def severity(self, rule: Rule, own: Severity | None) -> Severity:
        """The severity of a finding; `own` is the severity that its rule gives this very finding, None for the rule's.

        A configured severity caps: it makes no finding worse, except that `error` raises a rule that has only one
        severity.
        """
        default = own or rule.severity
        configured = self.rules.get(rule.name)
        if configured is None:
            return default
        if configured is Severity.ERROR and not rule.other_severities:
            return configured
        return configured if configured.rank > default.rank else default


def running(config: Config) -> list[Rule]:
    """The rules that a configuration lets run."""
    return [rule for rule in RULES.values() if config.runs(rule)]
