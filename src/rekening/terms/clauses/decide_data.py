"""Values of the clauses about data: training, people reading, keeping, sharing, advertising, abroad."""

from __future__ import annotations

from collections.abc import Sequence

from rekening.terms.clauses.cues import says
from rekening.terms.clauses.decide import Document, Placed, Row, settling
from rekening.terms.clauses.values import first_period, periods

_USES = (
    "uses content to train",
    "training can be refused, so it is the default",
    "purpose of use is training models",
    "content may develop or improve services or their technology, with a way out",
    "trains although processor",
)
_THOUGH_PROCESSOR = ("trains although processor", "training can be refused, so it is the default")
_PROMISES = (
    "promises not to train on content",
    "never trains, content first",
    "never trains, content named before",
    "no development with content unless the customer agrees",
)


def trains(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether user content trains models, and whether that is the default."""
    rows: list[Row] = []
    promises = [p for p in marks if p.mark.rule in _PROMISES and not says("other_purpose", p.words)]
    uses = [p for p in marks if p.mark.rule in _USES]
    for found in (promises, uses):
        found.sort(key=lambda p: not says("own_content", p.words))
    full = [p for p in marks if p.mark.value == "yes_no_opt_out"]
    refusable = bool(document.of("training_opt_out")) or any(says("opt_words", p.around) for p in uses)
    for p in promises:
        if says("not_opted_out", p.words):
            value = "mixed_by_plan" if says("plan", p.words) else "yes_default"
        elif (
            p.mark.value == "opt_in_only"
            or says("opted_in", p.words)
            or (says("softened", p.words) and says("opted_in", p.around))
        ):
            value = "opt_in_only"
        elif says("softened", p.words):
            value = "no_with_conditions"
        else:
            value = "no"
        rows.append(Row(p, value, p.mark.scope))
    affirmed = [
        Row(
            p,
            "opt_in_only"
            if says("only_opted_in", p.words) and not says("opt_words", p.words)
            else "yes_default"
            if refusable
            else "yes_no_opt_out",
            p.mark.scope,
            None if says("opt_words", p.words) else settling(p, lambda s: says("opt_words", s)),
        )
        for p in uses
    ]
    given = [Row(p, "yes_no_opt_out", p.mark.scope) for p in full]
    if document.kind == "Data Processor Agreement":
        strong = [r for r in affirmed if r.placed.mark.rule in _THOUGH_PROCESSOR]
        limits = [Row(p, "no") for p in marks if p.mark.rule.startswith("processor acts")]
        return distinct([*strong, *rows, *limits])
    if document.kind in {"Commercial Terms", "Developer Terms"}:
        rest = [Row(p, p.mark.value) for p in marks if p.mark.value == "by_reference"]
        return distinct([*rows, *affirmed, *given, *rest])
    own = [r for r in rows if r.value in {"yes_default", "mixed_by_plan"}]
    return distinct([*own, *affirmed, *[r for r in rows if r not in own], *given])


def distinct(rows: Sequence[Row]) -> list[Row]:
    """First row of each value."""
    seen: dict[str, Row] = {}
    for row in rows:
        seen.setdefault(row.value, row)
    return list(seen.values())


def opting_out(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How training can be refused."""
    if document.kind == "Commercial Terms" and not any(
        p.mark.value == "yes_default" or says("not_opted_out", p.words)
        for p in document.of("trains_on_user_content")
    ):
        return []
    exceptions = [
        p
        for p in marks
        if p.mark.value == "setting_with_exceptions"
        or (says("even_if", p.words) and says("train_or_improve", p.words))
    ]
    exceptions.sort(key=lambda p: not says("opt_out_word", p.around))
    switches = [p for p in marks if says("switch", p.words) or says("switch", p.around)]
    requests = [p for p in marks if says("request", p.words) and not says("settings_word", p.words)]
    if exceptions and (switches or requests or any(says("opt_words", p.words) for p in marks)):
        return [Row(exceptions[0], "setting_with_exceptions")]
    portal = [p for p in marks if says("form_word", p.words)]
    settings = [p for p in marks if says("settings_way", p.words)]
    if portal and settings:
        return [Row(portal[0], "setting_and_request"), Row(settings[0], "setting")]
    other_plan = [p for p in marks if p.mark.value == "plan_choice"]
    if other_plan and len(other_plan) == len(marks):
        return [Row(other_plan[0], "plan_choice")]
    if settings:
        return [Row(settings[0], "setting")]
    if requests:
        return [Row(requests[0], "request")]
    return [Row(marks[0], "setting" if switches else "request")]


def human_review(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether people read along to improve, or only for safety."""
    wide = [p for p in marks if says("to_improve", p.words)]
    if wide:
        return [Row(wide[0], "yes", wide[0].mark.scope)]
    content = [p for p in marks if says("user_talk", p.words) and "violat" not in p.words]
    if content:
        return [
            Row(content[0], "yes" if "will review" in content[0].words else "limited", content[0].mark.scope)
        ]
    return [Row(marks[0], "limited", marks[0].mark.scope)]


def retention(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How long data is kept while the user does nothing."""
    customer = [p for p in marks if p.mark.value == "customer_controlled"]
    if customer:
        return [Row(customer[0], "customer_controlled", customer[0].mark.scope)]
    contract = [p for p in marks if p.mark.value == "contract_term"]
    contract.sort(key=lambda p: not says("kept", p.words))
    if contract and document.kind == "Data Processor Agreement":
        return [Row(contract[0], "contract_term")]
    fixed = [p for p in marks if p.mark.value == "fixed" and periods(p.words)]
    fixed.sort(key=lambda p: (not says("default", p.words), not says("content_kind", p.words)))
    needed = [p for p in marks if p.mark.value == "criteria_only"]
    until = [p for p in [*needed, *fixed] if says("until_deleted", p.words) and says("content_kind", p.words)]
    general = [p for p in needed if p not in until]
    general.sort(key=lambda p: says("user_deletes", p.words))
    rows: list[Row] = []
    default = fixed and says("default", fixed[0].words)
    if until and not default:
        rows.append(Row(until[0], "until_user_deletes", until[0].mark.scope))
    elif fixed and general and not default:
        rows += [Row(fixed[0], "mixed"), Row(general[0], "criteria_only")]
    if fixed:
        found = periods(fixed[0].words)[0].code
        rows.append(
            Row(fixed[0], f"fixed={found}_default" if default else f"fixed={found}", fixed[0].mark.scope)
        )
    if general:
        rows.append(Row(general[0], "criteria_only"))
    return distinct(rows) or [Row(marks[0], marks[0].mark.value)]


def after_deletion(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How fast deleted data goes and what stays."""
    timed = [p for p in marks if p.mark.value == "max" and periods(p.words)]
    timed.sort(key=lambda p: not says("user_deletes", p.words))
    kinds = [p for p in marks if p.mark.value in {"max", "fixed_by_category"} and periods(p.words)]
    codes = {q.code for p in kinds for q in periods(p.words)}
    rows: list[Row] = []
    together = {p.mark.above for p in kinds}
    if (
        len({p.segment for p in kinds}) > 1
        and len(codes) > 1
        and len(together) == 1
        and document.kind == "Privacy Policy"
    ):
        rows.append(Row(kinds[0], "fixed_by_category"))
    rows += [
        Row(p, f"reviewed_kept={found[-1].code}")
        for p in marks
        if p.mark.value == "reviewed_kept" and (found := periods(p.words))
    ]
    for p in timed[:1]:
        value = "max_with_exceptions" if says("except", p.limited) else "max"
        rows.append(Row(p, f"{value}={periods(p.words)[0].code}", p.mark.scope))
    rows += [
        Row(p, p.mark.value, p.mark.scope) for p in marks if p.mark.value not in {"max", "reviewed_kept"}
    ]
    return distinct(rows)


def _in_days(sentence: str) -> str:
    return first_period(sentence, "d")


def third_parties(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Who outside the group receives data."""
    objection = [p for p in marks if p.mark.value == "subprocessors_objection"]
    for p in objection:
        for source in (p.words, p.around):
            if days := first_period(source, "d"):
                return [Row(p, f"subprocessors_objection={days}", proof=settling(p, _in_days))]
    if objection:
        return [Row(objection[0], "subprocessors_objection")]
    joint = [p for p in marks if p.mark.value == "partners" and says("joint_partners", p.words)]
    order: tuple[str, ...] = (
        "processors",
        "partners",
        "ads_or_sale",
        "other_disclosure",
        "user_directed",
        "subprocessors_list",
    )
    if joint:
        order = ("partners", *(o for o in order if o != "partners"))
    if document.kind == "Terms of Service":
        order = (
            "partners",
            "ads_or_sale",
            "other_disclosure",
            "user_directed",
            "processors",
            "subprocessors_list",
        )
    advertisers = {p.words for p in marks if p.mark.value == "ads_or_sale"}
    named = [p for p in marks if p.mark.value != "partners" or p.words not in advertisers or p in joint]
    rows = sorted((Row(p, p.mark.value) for p in named), key=lambda r: order.index(r.value))
    return distinct(rows)


_ADS = ("personalised_ads", "contextual_from_conversations", "personalised_ads_limited", "ads_shown")


def ads(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """What is promised or done with data for advertising."""
    no = [Row(p, "no", p.mark.scope) for p in marks if p.mark.value == "no"]
    own = [Row(p, "own_marketing") for p in marks if p.mark.value == "own_marketing"]
    denials = {r.placed.words for r in no}
    own.sort(key=lambda r: (r.placed.words in denials, says("ad_choice", r.placed.words)))
    personal = []
    for p in marks:
        if p.mark.value in _ADS:
            limited = p.mark.value.startswith("personalised") and says("cookie_word", p.words + p.mark.above)
            personal.append(Row(p, "personalised_ads_limited" if limited else p.mark.value, p.mark.scope))
    personal.sort(key=lambda r: (_ADS.index(r.value), says("ad_choice", r.placed.words)))
    if document.kind == "Data Processor Agreement":
        return distinct(no)
    denied = [r for r in no if says("targeted", r.placed.words)]
    offered = [
        r
        for r in personal
        if r.value in _ADS[:2]
        and r.placed.mark.rule != "data used for advertising"
        and not says("opt_out_word", r.placed.words)
    ]
    if own and personal and not offered and not denied:
        return distinct([*own, *no])
    return distinct([*personal, *no, *own] if offered or not denied else [*no, *personal, *own])


def abroad(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Where data goes and under what protection."""
    guarded = [p for p in marks if p.mark.value == "with_safeguards"]
    moved = [p for p in marks if p.mark.value == "no_safeguards_stated"]
    home = [p for p in marks if p.mark.value == "eu_preferred_with_safeguards"]
    direct = [p for p in moved if says("direct", p.words)]
    place = ""
    for cue, name in (("us", "US"), ("china", "China"), ("world", "worldwide")):
        if not place and any(says(cue, p.words) for p in [*moved, *guarded]):
            place = name
    if moved and says("world", moved[0].words) and not says("us", moved[0].words):
        place = "worldwide"
    if direct and place:
        return [Row(direct[0], f"direct_storage={place}")]
    if home:
        return [Row(home[0], "eu_preferred_with_safeguards")]
    consent = [p for p in marks if p.mark.value == "consent_to_transfer"]
    if consent and not guarded:
        return [Row(consent[0], "consent_to_transfer")]
    first = (moved or guarded)[0]
    if guarded or says("safeguards", first.around):
        if document.kind == "Data Processor Agreement":
            return [Row((guarded or moved)[0], "with_safeguards")]
        return [Row(first, f"with_safeguards={place}" if place else "with_safeguards")]
    return [Row(first, f"no_safeguards_stated={place}" if place else "no_safeguards_stated")]
