"""Owns what a user may choose: which rules run and how severe they are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from apigw_lint.diagnostic import Severity


class Config(NamedTuple):
    """The choices of a run. `rules` maps a rule's name to a severity, or to None to switch it off.

    `enabled` names rules that are off by default and run all the same.
    """

    rules: Mapping[str, Severity | None] = MappingProxyType({})
    enabled: frozenset[str] = frozenset()

    def severity(self, name: str, own: Severity) -> Severity | None:
        """The severity of a finding whose own is `own`; None when the rule is off.

        A configured severity caps what a rule says; `error` leaves it as it is.
        """
        if name not in self.rules:
            return own
        chosen = self.rules[name]
        return chosen if chosen is None or chosen.rank > own.rank else own
