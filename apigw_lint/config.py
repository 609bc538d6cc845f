"""Owns the effective configuration for one file: which rules run, how severe they are, what makes a run fail."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from apigw_lint.diagnostic import Severity
from apigw_lint.rules import RULES, Rule

_NO_RULES: Mapping[str, Severity | None] = MappingProxyType({})


class Config(NamedTuple):
    """The effective configuration for one file.

    `rules` maps a rule's name to a severity, or to None to turn it off; a severity turns on a rule that is off by
    default, and so does `enabled`; `is_strict` turns on all of those. `placeholders` are strings, with at most one
    `*`, that are set at deploy time. `template` is the template language of the file, None to detect it. `origins` maps
    the name of a rule or a key of the configuration (`fail-level`, `baseline`, `placeholders`, `template`) to the place
    where it was chosen. `hosts` are those that are read without being named: `markdown`, `shell`.
    """

    rules: Mapping[str, Severity | None] = _NO_RULES
    enabled: frozenset[str] = frozenset()
    fail_level: Severity = Severity.ERROR
    placeholders: tuple[str, ...] = ()
    baseline: str | None = None
    template: str | None = None
    origins: Mapping[str, str] = MappingProxyType({})
    is_strict: bool = False
    hosts: frozenset[str] = frozenset()

    def runs(self, rule: Rule) -> bool:
        """Whether a rule is on."""
        if rule.name in self.rules:
            return self.rules[rule.name] is not None
        return rule.is_default or self.is_strict or rule.name in self.enabled

    def severity(self, rule: Rule, own: Severity | None) -> Severity:
        """The severity of a finding; `own` is the one that its rule gives this finding, None for the rule's default.

        A configured severity is a cap: it only lowers findings, except that `error` raises those of a rule that has
        only one severity.
        """
        default = own or rule.severity
        configured = self.rules.get(rule.name)
        if configured is None:
            return default
        if configured is Severity.ERROR and not rule.other_severities:
            return configured
        return configured if configured.rank > default.rank else default


def running(config: Config) -> list[Rule]:
    """The rules that are on in a configuration."""
    return [rule for rule in RULES.values() if config.runs(rule)]
