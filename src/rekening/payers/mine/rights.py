"""What the law or a contract rule gives the holder of a profile, each resting on a row of the facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rekening.facts import Fact, Facts
from rekening.files import read_yaml
from rekening.payers.mine.profile import Profile

__all__ = ["EARLY_EXIT", "NO_CHARGES", "Right", "rights_of"]

NO_CHARGES = "data_act_no_switching_charges"
EARLY_EXIT = ("adobe_early_exit",)
"""Rules whose figure is the share of the rest of a contract that leaving early costs."""


@dataclass(frozen=True, slots=True)
class Right:
    """Something the law or a contract rule gives, and the row it rests on."""

    name: str
    fact: Fact
    items: Sequence[str]


@cache
def _rules() -> Mapping[str, Mapping[str, object]]:
    rules: Mapping[str, Mapping[str, object]] = read_yaml(Path(__file__).with_name("rights.yaml"))
    return rules


def rights_of(profile: Profile, facts: Facts) -> list[Right]:
    """Rights that apply to something in the profile and whose row was public on the day."""
    visible = {fact.fact_id: fact for fact in facts.rows}
    found = []
    for name, rule in _rules().items():
        fact = visible.get(str(rule.get("fact")))
        region = rule.get("where")
        if fact is None or profile.kind not in _names(rule.get("kinds")):
            continue
        if region is not None and profile.country not in _names(_rules()["countries"][str(region)]):
            continue
        channels, provider = _names(rule.get("channels")), rule.get("provider")
        items = [
            item.name
            for item in profile.items
            if (not channels or item.channel in channels) and provider in (None, item.provider)
        ]
        if items:
            found.append(Right(name, fact, items))
    return found


def _names(value: object) -> Sequence[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
