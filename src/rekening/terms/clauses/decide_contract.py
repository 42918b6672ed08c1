"""Values of the clauses about the contract: rights, changes, prices, ending, liability, courts, use."""

from __future__ import annotations

from collections.abc import Sequence

from rekening.terms.clauses.cues import before, says
from rekening.terms.clauses.decide import Document, Placed, Row, settling
from rekening.terms.clauses.decide_data import distinct
from rekening.terms.clauses.values import ages, ahead, amounts, fees, first_period, forums, periods, seats


def _narrow(placed: Placed) -> bool:
    return says("narrow", placed.words) and not says("develops_other", placed.words)


def licence(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How wide the right to the user's content is; an item of a list that limits it limits the whole list."""
    rows = []
    marks = sorted(marks, key=lambda p: says("brands", p.words))
    narrowed = {p.lead for p in marks if p.lead < p.start and _narrow(p)}
    for p in marks:
        if p.mark.value in {"none_taken", "service_only", "broad_perpetual"}:
            value = p.mark.value
        elif says("perpetual", p.around) and says("broad", p.around):
            value = "broad_perpetual"
        elif _narrow(p) or p.lead in narrowed:
            value = "service_only"
        else:
            value = "broad"
        proof = settling(p, lambda s: says("perpetual", s)) if value == "broad_perpetual" else None
        rows.append(Row(p, value, p.mark.scope, proof))
    first = [r for r in rows if r.value in {"none_taken", "broad_perpetual"} and not r.scope]
    return distinct([*first[:1], *rows])


def output(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whose the output is."""
    order = ("user_owns", "provider_does_not_claim", "conditional")
    return distinct(sorted((Row(p, p.mark.value) for p in marks), key=lambda r: order.index(r.value)))


def change_of_terms(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """With what warning the document changes."""
    special = [
        p
        for p in marks
        if p.mark.value
        in {"mutual_only", "no_reduction_without_consent", "description_only", "old_notice_governs_old_data"}
    ]
    own = [p for p in marks if p not in special]
    for p in special:
        if p.mark.value in {"no_reduction_without_consent", "old_notice_governs_old_data"}:
            return [Row(p, p.mark.value)]
    dated: list[tuple[Placed, str]] = []
    for p in own:
        sentence = p.words
        code = first_period(sentence)
        if (
            code
            and not says("not_change_period", sentence)
            and (says("notice", sentence) or says("effective", sentence) or "post" in sentence)
        ):
            dated.append((p, code))
    if not dated:
        dated = [(p, code) for p in own if (code := ahead(p.around)) and not says("leaving", p.around)]
    if dated:
        p, code = dated[0]
        return [Row(p, f"advance_notice={code}", p.mark.scope, settling(p, lambda s: _names(s, code)))]
    told = any(p.mark.value == "advance_notice" and says("notice", p.words) for p in own)
    if not own or (
        special and not told and document.kind in {"Commercial Terms", "Data Processor Agreement"}
    ):
        return [Row(special[0], special[0].mark.value)]
    posted = [p for p in own if says("posting", p.words)]
    noticed = [p for p in own if says("notice_given", p.words) and not says("no_notice", p.words)]
    silent = [p for p in own if says("no_notice", p.words)]
    only_posting = [p for p in noticed if says("by_posting", p.words)]
    if only_posting or (posted and not noticed):
        return [Row((only_posting or posted)[0], "posting_only")]
    if noticed:
        return [Row(noticed[0], "advance_notice_unspecified", noticed[0].mark.scope)]
    shown = [p for p in own if says("shown_there", p.around)]
    if shown and not silent:
        return [Row(shown[0], "posting_only", proof=settling(shown[0], lambda s: says("shown_there", s)))]
    return [Row((silent or own)[0], "no_notice")]


def _names(sentence: str, code: str) -> bool:
    return any(period.code == code for period in periods(sentence))


def _notice(sentence: str) -> bool:
    return says("notice", sentence)


def price_change(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """With what warning prices change."""
    silent = [p for p in marks if says("no_notice", p.words)]
    if silent:
        return [Row(silent[0], "no_notice", silent[0].mark.scope)]
    for p in marks:
        if code := first_period(p.words):
            return [Row(p, f"advance_notice={code}", p.mark.scope)]
    for p in marks:
        if code := ahead(p.around):
            return [Row(p, f"advance_notice={code}", p.mark.scope, settling(p, ahead))]
    for p in marks:
        if says("notice", p.words) or says("notice", p.around):
            return [Row(p, "advance_notice_unspecified", p.mark.scope, settling(p, _notice))]
    return [Row(marks[0], "no_notice", marks[0].mark.scope)]


def renewal(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether a subscription renews by itself."""
    by_order = [p for p in marks if p.mark.value == "by_order_form" and says("order_decides", p.words)]
    automatic = [p for p in marks if p.mark.value == "yes" and p not in by_order]
    if by_order and not [p for p in automatic if p.words != by_order[0].words]:
        return [Row(by_order[0], "by_order_form")]
    return [Row((automatic or list(marks))[0], "yes")]


def cutting_off(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """On what grounds and with what warning access ends."""
    rows: list[Row] = []
    for p in marks:
        words, proof = p.words, None
        days = first_period(words, "d")
        if (
            days
            and says("notice_word", words)
            and (says("at_will", words) or says("notice_days", words) or not says("cause", words))
        ):
            value = f"any_reason_with_notice={days}"
            proof = settling(p, lambda s: says("notice_days", s))
        elif (
            says("any_reason", words)
            or (says("at_once", words) and "if we determine" not in words)
            or (says("do_so", p.around) and not says("cause", words))
        ):
            value = "any_reason_no_notice"
        elif says("sudden", words) and says("cause", words) and not says("sole_discretion", words):
            value = "for_cause_no_notice"
        elif says("discretion", words):
            value = "broad_discretion"
        elif says("sudden", words) and says("at_any_time", words) and not says("cause", p.around):
            value = "any_reason_no_notice"
        else:
            value = "for_cause"
        rows.append(Row(p, value, p.mark.scope, proof))
    order = (
        "any_reason_no_notice",
        "any_reason_with_notice",
        "broad_discretion",
        "for_cause_no_notice",
        "for_cause",
    )
    rows.sort(
        key=lambda r: (
            says("limited_product", r.placed.words),
            r.placed.mark.rule == "may remove at any time",
            order.index(r.value.split("=")[0]),
        )
    )
    return distinct(rows)


def export(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How data can be taken along."""
    rows = []
    for p in marks:
        value = p.mark.value
        if value == "self_service":
            value = "self_service" if says("tool", p.words) else "portability_right"
        if says("before", p.words) and value != "switching_right":
            value = "before_termination"
        if document.kind == "Data Processor Agreement":
            value = "return_at_end"
        rows.append(Row(p, value, p.mark.scope))
    order = ("return_at_end", "self_service", "switching_right", "before_termination", "portability_right")
    rows.sort(key=lambda r: order.index(r.value))
    return distinct(rows)


def deletion(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How the user can have data deleted."""
    own = [p for p in marks if p.mark.value == "self_service"]
    asked = [p for p in marks if p.mark.value == "on_request"]
    ended = [p for p in marks if p.mark.value == "at_contract_end"]
    if document.kind in {"Data Processor Agreement", "Commercial Terms"} and ended:
        return [Row(ended[0], "at_contract_end")]
    if own and asked and document.kind == "Privacy Policy":
        asked.sort(key=lambda p: says("once_asked", p.words))
        both = [asked[0], own[0]] if own[0].around != asked[0].around else [asked[0]]
        both.sort(key=lambda p: says("once_asked", p.words))
        return [Row(p, "self_service_and_request") for p in both]
    first = (own or list(marks))[0]
    return [Row(first, first.mark.value, first.mark.scope)]


def liability(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """The most the provider pays."""
    rows: list[Row] = []
    for p in marks:
        if p.mark.value != "cap":
            continue
        text = p.words
        sums, fee = amounts(text), fees(text)
        greater = says("greater", text)
        if greater and fee and sums:
            rows.append(Row(p, f"greater_of={fee}|{sums[0]}", p.mark.scope))
        elif fee and fee != "fees_paid":
            rows.append(Row(p, f"cap={fee}", p.mark.scope))
        elif sums:
            rows.append(Row(p, f"cap={sums[0]}", p.mark.scope))
        elif fee:
            rows.append(Row(p, "cap=fees_paid", p.mark.scope))
    foreseen = [
        Row(p, "foreseeable_loss_only", p.mark.scope)
        for p in marks
        if p.mark.value == "foreseeable_loss_only"
    ]
    if document.kind == "Data Processor Agreement" and not rows:
        referred = [Row(p, "by_reference") for p in marks if p.mark.value == "by_reference"]
        if referred:
            return referred[:1]
    rest = [
        Row(p, p.mark.value)
        for p in marks
        if p.mark.value in {"indirect_excluded", "all_liability_excluded", "by_reference"}
    ]
    return distinct([*rows, *foreseen] or rest)


def indemnity(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Who pays whose claims."""
    own = [p for p in marks if p.mark.value == "yes"]
    own.sort(key=lambda p: not says("indemnifies", p.words))
    exempt = [
        Row(p, "not_for_european_consumers", "European consumers")
        for p in marks
        if p.mark.value == "not_for_european_consumers"
    ]
    both = [p for p in marks if p.mark.value == "mutual"]
    if not own:
        both = [p for p in both if not p.mark.rule.startswith("provider pays")]
        return [*([Row(both[0], "mutual")] if both else []), *exempt]
    if document.kind == "Commercial Terms" or [p for p in both if p.mark.rule.startswith("provider pays")]:
        return [Row(own[0], "mutual")]
    first = own[0]
    scoped = says("business_condition", first.words) or says("business", first.mark.above)
    return [Row(first, "business_only" if scoped else "yes", first.mark.scope), *exempt[:1]]


def arbitration(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether court or group claims are given up."""
    out = [p for p in marks if p.mark.value == "arbitration_optout"]
    private = [p for p in marks if p.mark.value == "arbitration_and_class_waiver"]
    waiver = [p for p in marks if p.mark.value == "class_waiver_only"]
    rows = []
    abroad = [p for p in [*private, *waiver] if says("if_us", p.words)]
    if abroad and len(abroad) == len([*private, *waiver]):
        return [Row(abroad[0], "us_only", "United States")]
    if out:
        days = [q.code for p in out for q in (periods(p.words) or periods(p.around))]
        value = f"arbitration_optout={days[0]}" if days else "arbitration_optout"
        rows.append(Row(out[0], value, proof=settling(out[0], periods) if days else None))
    if private:
        rows += [Row(p, "arbitration_and_class_waiver") for p in [*private[:1], *waiver[:1]]]
    elif waiver and not out:
        rows.append(Row(waiver[0], "class_waiver_only"))
    elif waiver:
        rows.append(Row(waiver[0], "arbitration_and_class_waiver"))
    return rows


_EUROPE = frozenset(
    {"Ireland", "France", "Germany", "Netherlands", "Luxembourg", "Sweden", "Spain", "Belgium"}
)
"""Where law differs by region, that for Europe comes first."""

_FORUM_WINDOW = 1_000
"""Most characters, from the end of a sentence, in which law and courts are looked for."""


def court(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Which law and which court."""
    home = [p for p in marks if says("home", p.words)]
    named = [(p, found) for p in marks if p not in home and (found := forums(p.words[-_FORUM_WINDOW:]))]
    regional = [(p, found) for p, found in named if says("region", p.words)]
    within = next(((p, found) for p, found in regional if len(found) > 1), None)
    if within:
        p, found = within
        return [
            Row(
                p,
                f"split={found[0]}_EEA|{found[1]}_other"
                if says("eea", p.words)
                else "split=" + "|".join(found),
            )
        ]
    regional.sort(key=lambda r: (r[1][0] not in _EUROPE, r[0].start))
    across = dict.fromkeys(found[0] for _, found in regional)
    if len(across) > 1:
        value = "split=" + "|".join(across)
        return [Row(next(p for p, found in regional if found[0] == place), value) for place in across]
    for p, found in named:
        beside = [h for h in home if h.segment == p.segment]
        if beside and min(h.start for h in beside) > p.start:
            return [Row(p, f"provider_or_home={found[0]}"), Row(beside[0], f"provider_or_home={found[0]}")]
        if beside:
            return [Row(beside[0], "user_home"), Row(p, f"provider={found[0]}")]
    for p in home:
        if found := seats(before("home", p.words)):
            return [Row(p, f"provider_or_home={found[0]}", p.mark.scope)]
    rows: list[Row] = []
    other_half: list[Row] = []
    own = [p for p in home if not p.mark.scope.startswith(("European", "United", "US"))] or (
        [] if named else home
    )
    own = sorted(own, key=lambda p: not says("law", p.words))
    if own:
        rows.append(Row(own[0], "user_home", own[0].mark.scope))
    if named:
        p, found = named[0]
        other = next((q for q, places in named if places[0] == found[0] and q.mark.rule != p.mark.rule), None)
        proof = (other.start, other.end) if other else None
        rows.append(Row(p, f"provider={found[0]}", p.mark.scope, proof))
        other_half = [
            Row(q, f"provider={found[0]}", q.mark.scope)
            for q, places in named
            if places[0] == found[0] and q.mark.rule != p.mark.rule
        ]
    if home:
        rows.append(Row(home[0], "user_home", home[0].mark.scope))
    return [*distinct(rows), *other_half[:1]]


def competing(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How far the ban on competing reaches."""
    images = [p for p in marks if p.mark.value == "image_outputs_only" and says("image_output", p.words)]
    bans = [
        p for p in marks if p.mark.value == "models" and p not in images and not says("image_output", p.words)
    ]
    free = [p for p in marks if p.mark.value == "explicitly_allowed"]
    if bans:
        p = bans[0]
        wide = says("wide_ban", p.words)
        if wide and not says("rival_models", p.words):
            return [Row(p, "broad")]
        if says("ban_exception", p.words):
            return [Row(p, "models_with_exceptions")]
        return [Row(p, "models")]
    if free:
        return [Row(free[0], "explicitly_allowed")]
    return [Row(p, "image_outputs_only") for p in images[:1]]


def taking_apart(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether taking apart, measuring or both are banned."""
    apart = [p for p in marks if p.mark.value == "re_only"]
    tests = [p for p in marks if p.mark.value == "benchmark_only"]
    if apart and tests:
        return [Row(apart[0], "both")]
    first = (apart or tests or list(marks))[0]
    return [Row(first, first.mark.value)]


_ADULT = 18
_TEEN = 13


def age(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """How old a user must be, and what a parent can allow."""
    stated = [
        (p, found) for p in marks if p.mark.value != "minors_parental_consent" and (found := ages(p.words))
    ]
    parent = [p for p in marks if says("parent", p.words) or says("parent", p.around)]
    if not stated:
        if any(says("majority", p.words) for p in marks):
            return [Row(marks[0], "majority_or_parent")]
        if parent:
            value = (
                "account_age_or_parent" if says("account_age", parent[0].words) else "minors_parental_consent"
            )
            return [Row(parent[0], value)]
        return [Row(marks[0], "not_for_children")]
    low = min(found[0] for _, found in stated)
    first = next(p for p, found in stated if low in found)
    has_adult = any(_ADULT in found for _, found in stated)
    if low == _ADULT:
        guarded = says("guardian", first.words)
        return [Row(first, "18_or_guardian" if guarded else "18", first.mark.scope)]
    if low == _TEEN:
        if says("under_13", first.words):
            return [Row(first, "under13_parental")]
        return [Row(first, "13_parental_under_18" if parent or has_adult else "13")]
    return [Row(first, "minors_parental_consent" if parent else "not_for_children")]


def acceptance(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """Whether using, or going on, counts as agreeing."""
    by_use = [p for p in marks if p.mark.value == "use_is_acceptance"]
    going_on = [p for p in marks if p.mark.value == "continued_use"]
    click = [p for p in marks if p.mark.value == "click"]
    click.sort(key=lambda p: says("ordering", p.words))
    by_use = [
        p for p in by_use if p.words not in {q.words for q in going_on} and not says("click_first", p.words)
    ]
    if by_use and going_on:
        return [Row(by_use[0], "both"), Row(going_on[0], "both")]
    if by_use:
        return [Row(by_use[0], "use_is_acceptance")]
    if going_on:
        return [Row(going_on[0], "continued_use")]
    return [Row(click[0], "click")] if document.kind == "Terms of Service" else []


def service_change(document: Document, marks: Sequence[Placed]) -> Sequence[Row]:
    """With what warning the service itself changes or stops."""
    ended = [p for p in marks if p.mark.value == "discontinued"]
    if ended:
        return [Row(ended[0], "discontinued")]
    moves = [p for p in marks if p.mark.value == "no_notice"]
    for p in moves:
        if says("may_leave", p.words) and says("notice", p.around):
            return [Row(p, "notice_exit_right", proof=settling(p, _notice))]
    for p in moves:
        if (code := first_period(p.words)) and says("notice_days", p.words):
            return [Row(p, f"advance_notice={code}", p.mark.scope)]
    for p in moves:
        if (code := ahead(p.around)) and not says("leaving", p.around):
            return [Row(p, f"advance_notice={code}", p.mark.scope, settling(p, ahead))]
    taken = [p for p in moves if p.mark.rule == "update that takes away" and says("may_leave", p.around)]
    if taken:
        return [Row(taken[0], "notice_exit_right")]
    sudden = [p for p in moves if says("sudden_change", p.words)]
    silent = [p for p in moves if says("no_notice", p.words)]
    if silent:
        return [Row(silent[0], "any_time_no_notice")]
    noticed = [p for p in moves if says("notice", p.words) or says("notice", p.around)]
    if noticed:
        return [Row(noticed[0], "advance_notice_unspecified", proof=settling(noticed[0], _notice))]
    if sudden:
        return [Row(sudden[0], "any_time_no_notice")]
    promise = [p for p in marks if p.mark.value == "no_commitment"]
    if promise and says("sudden_change", promise[0].words):
        return [Row(promise[0], "any_time_no_notice")]
    return [Row((promise or moves)[0], "no_commitment" if promise else "any_time_no_notice")]
