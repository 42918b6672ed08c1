"""Runs: the ledger closes, paths belong to their address, nothing later is read, bad input is refused."""

from __future__ import annotations

import numpy as np
import pytest

from rekening import Facts, InputError, Scenario
from rekening.facts import Plan as DrawPlan
from rekening.facts import drawn, planned
from rekening.facts.periods import Quarter
from rekening.futures.draws import tiles_of
from rekening.futures.layout import LEVERS, PARAMETERS, SCHEDULES
from rekening.futures.outlook import outlook
from rekening.futures.runs import Plan, flows, parameter_tiles, simulate
from rekening.ledger.kinds import KINDS

FIRMS = ("meta", "alphabet", "microsoft", "amazon", "oracle")


@pytest.fixture(scope="module")
def facts() -> Facts:
    return Facts.load("2025-11-03")


@pytest.fixture(scope="module")
def run(facts):
    return simulate(facts, firms=FIRMS, paths=320)


def test_dimensions_and_labels(run):
    assert run["liquidity"].dims == ("path", "quarter", "firm")
    assert run["quarter"].values[0] == "2025Q4"
    assert run["quarter"].values[-1] == "2030Q4"
    assert not run["observed"].any()
    assert all(run[name].attrs["units"] for name in run.data_vars if "path" in run[name].dims)
    assert np.isfinite(run["liquidity"].values).all()


def test_opening_balances_are_the_reported_ones(facts, run):
    for firm in FIRMS:
        opened = run.sel(firm=firm)
        assert float(opened["opening_liquidity"]) == facts.get(firm, "liquidity", "2025Q3").value
        carrying = float(opened["opening_total_debt"] - opened["opening_debt_discount_and_currency"])
        reported = facts.get(firm, "total_debt", "2025Q3").value
        if reported is not None:
            assert carrying == pytest.approx(reported, rel=1e-12)
        property_net = facts.get(firm, "property_and_equipment_net", "2025Q3").value
        assert float(opened["opening_property_and_equipment_net"]) == property_net


def test_balances_recomputed_from_flows_alone(run):
    ledger = flows(run)
    change = np.einsum("bk,kpqf->bpqf", ledger["effect"].values, ledger["flow"].values)
    closing = ledger["opening"].values[:, None, None, :] + np.cumsum(change, axis=2)
    for place, balance in enumerate(ledger["balance"].values):
        stated = run[str(balance)].values
        scale = np.abs(stated) + 1e9
        assert (np.abs(closing[place] - stated) / scale).max() < 1e-12


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.effects])
def test_each_kind_of_flow_matters_or_is_zero(run, kind):
    ledger = flows(run)
    flow = ledger["flow"].sel(kind=kind).values.copy()
    ledger["flow"].loc[{"kind": kind}] = 0
    change = np.einsum("bk,kpqf->bpqf", ledger["effect"].values, ledger["flow"].values)
    closing = ledger["opening"].values[:, None, None, :] + np.cumsum(change, axis=2)
    gaps = [
        np.abs(closing[place] - run[str(balance)].values).max()
        for place, balance in enumerate(ledger["balance"].values)
    ]
    assert (max(gaps) > 1) == bool(np.any(flow))


def test_debt_moves_by_what_is_issued_and_repaid(run):
    change = run["total_debt"].diff("quarter")
    moved = (run["debt_issued"] - run["debt_repaid"]).isel(quarter=slice(1, None))
    np.testing.assert_allclose(change.values, moved.values, rtol=1e-9, atol=1)


def test_every_dollar_of_need_is_met_once(run):
    levers = [name for name in run.data_vars if str(name).startswith("lever_")]
    met = sum(run[name] for name in levers) + run["shortfall"]
    np.testing.assert_allclose(met.values, run["funding_need"].values, rtol=1e-9, atol=1)
    assert all((run[name].values >= 0).all() for name in levers)


def test_path_belongs_to_its_address(facts, run):
    alone = simulate(facts, firms=["meta"], until="2031Q4", paths=700, block=64, threads=1)
    small = simulate(facts, firms=["meta"], paths=700, block=8)
    wide = simulate(facts, firms=["oracle", "meta"], paths=700, block=4096, threads=2)
    for name in ("liquidity", "total_debt", "ai_revenue", "depreciation", "capex"):
        long = alone[name].sel(firm="meta", quarter=slice("2025Q4", "2030Q4"))
        assert np.array_equal(long.values, wide[name].sel(firm="meta").values)
        assert np.array_equal(long.values, small[name].sel(firm="meta").values)
        assert np.array_equal(long.values[:320], run[name].sel(firm="meta").values)


def test_shares_of_a_need_that_add_up_to_more_than_all_of_it_find_no_more_than_it(tmp_path):
    path = tmp_path / "all.yaml"
    path.write_text(
        "extends: baseline\ntitle: all\nparameters:\n  buyback_share: 100\n  vehicle_share: 100\n"
        "  divestment_share: 100\n  vehicle_limit: 100\n  divestment_limit: 20\n",
        encoding="utf-8",
    )
    facts = Facts.load("2025-11-03")
    run = simulate(facts, scenario=str(path), firms=["meta", "oracle"], paths=800, until="2028Q4")
    found = run["lever_lower_buybacks"] + run["lever_vehicles"] + run["lever_divestment"]
    alone = (found > 0) & (run["lever_bonds"] == 0)
    above = (run["liquidity"] - run["liquidity_target"]).where(alone)
    assert bool(alone.any())
    assert float(above.max()) < 1


def test_no_vehicle_takes_over_what_a_firm_has_guided():
    facts = Facts.load("2025-12-10")
    run = simulate(facts, firms=["oracle"], paths=2_000, until="2027Q4")
    guided = Plan.make(facts, "baseline", firms=["oracle"], until="2027Q4", paths=8, seed=1).inputs[0]
    told = guided.schedule[:, SCHEDULES.index("guided_capex")] > 0
    vehicles = run["lever_vehicles"].sel(firm="oracle").to_numpy()
    assert told.any()
    assert not vehicles[:, told].any()
    assert vehicles[:, ~told].any()


def test_a_pooled_estimate_is_drawn_over_the_interval_that_is_shown(facts):
    plan = Plan.make(facts, "baseline", firms=["meta"], until="2026Q4", paths=8_000, seed=1)
    model = plan.models[0]
    drawn_by_path = parameter_tiles(plan, 0, 0, tiles_of(8_000)).swapaxes(0, 1).reshape(len(PARAMETERS), -1)
    for row, name in {
        "guidance_bias": "capex_guidance_bias",
        "guidance_deviation": "capex_guidance_deviation",
        "margin_sd": "margin_deviation",
    }.items():
        low, high = model.interval(model.pool.estimates[name])
        ends = np.quantile(drawn_by_path[PARAMETERS.index(row)], [0.1, 0.9])
        np.testing.assert_allclose(ends, [low, high], atol=0.03 * (high - low))


def test_seed_changes_the_futures(facts):
    one, two = (simulate(facts, paths=64, until="2026Q1", seed=seed) for seed in (1, 2))
    assert not np.any(one["revenue"].values == two["revenue"].values)


def test_agreed_bonds_enter_on_their_date(facts):
    with_loan = simulate(facts, paths=64, until="2026Q1")
    assert (with_loan["debt_issued"].sel(quarter="2025Q4") >= 30e9).all()
    bonds = [
        str(record["bond_id"]) for record in facts.table("bonds") if "meta-2025-10" in str(record["bond_id"])
    ]
    without = simulate(facts, paths=64, until="2026Q1", without=bonds)
    less = with_loan["debt_issued"] - without["debt_issued"]
    assert float(less.sel(quarter="2025Q4").median()) == pytest.approx(30e9)
    before = simulate(Facts.load("2025-10-30"), paths=64, until="2026Q1")
    assert float(before["debt_issued"].sel(quarter="2025Q4").median()) < 30e9


def test_nothing_published_later_is_read(facts):
    whole = Facts.load("2026-06-20").known_on("2025-11-03")
    again = simulate(whole, paths=64, firms=["meta", "oracle"], until="2027Q4")
    first = simulate(facts, paths=64, firms=["meta", "oracle"], until="2027Q4")
    for name in ("liquidity", "capex", "revenue"):
        assert np.array_equal(again[name].values, first[name].values)


def test_reported_quarters_are_the_same_on_all_paths():
    facts = Facts.load("2026-01-29")
    run = simulate(facts, firms=["meta", "oracle", "amazon"], paths=64, until="2027Q4")
    observed = run["observed"].sel(firm="meta")
    assert bool(observed.sel(quarter="2025Q4"))
    told = run.sel(firm="meta", quarter="2025Q4")
    assert np.ptp(told["revenue"].values) == 0
    assert float(told["revenue"][0]) == facts.get("meta", "revenue", "2025Q4").value
    ledger = flows(run)
    change = np.einsum("bk,kpqf->bpqf", ledger["effect"].values, ledger["flow"].values)
    closing = ledger["opening"].values[:, None, None, :] + np.cumsum(change, axis=2)
    for place, balance in enumerate(ledger["balance"].values):
        stated = run[str(balance)].values
        assert (np.abs(closing[place] - stated) / (np.abs(stated) + 1e9)).max() < 1e-12


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"firms": ["metta"]}, "did you mean 'meta'"),
        ({"firms": []}, "at least one"),
        ({"firms": ["meta", "meta"]}, "twice"),
        ({"until": "2030"}, "2025Q3"),
        ({"until": "2024Q4"}, "first quarter not yet reported"),
        ({"paths": 0}, "between 1 and"),
        ({"seed": -1}, "between 0 and"),
        ({"without": ["meta-2025-10-2031"]}, "did you mean"),
        ({"variables": ["revenu"]}, "did you mean 'revenue'"),
        ({"block": 100}, "multiple of 8"),
        ({"firms": ["coreweave"]}, "cannot be simulated as known on 2025-11-03"),
    ],
)
def test_bad_input_says_what_is_allowed(facts, options, message):
    with pytest.raises(InputError, match=message):
        simulate(facts, **{"paths": 64, **options})


def test_flows_need_all_variables(facts):
    with pytest.raises(InputError, match="all variables"):
        flows(simulate(facts, paths=64, until="2026Q1", variables=["liquidity"]))


def test_outlook_sets_futures_beside_those_without_the_loan(facts):
    view = outlook(facts, "baseline", "meta", paths=512, until="2027Q4")
    agreed = tuple(tranche.bond_id for tranche in view.loan)
    assert set(agreed) >= {"meta-2025-10-2030", "meta-2025-10-2065"}
    gap = view.paths("liquidity") - view.liquidity_without_loan
    assert np.all(gap[:, 0] > 29e9)
    assert np.all(np.diff(gap, axis=1) < 0)
    schedule, bare = (view.model.schedules(list(view.quarters), without) for without in ((), agreed))
    coupons = schedule["existing_interest"] - bare["existing_interest"]
    assert np.allclose(np.diff(gap[0]), -coupons[1:] * (1 - view.model.assumed("cash_tax_rate")), rtol=1e-3)
    floor = view.paths("liquidity_floor")
    assert np.mean(view.paths("liquidity") < floor) <= np.mean(view.liquidity_without_loan < floor)
    fan = view.fan("liquidity")
    assert np.all(np.diff(fan, axis=0) >= 0)
    use = view.lever_use()
    assert set(use) == {*LEVERS, "shortfall"}
    assert view.total("debt_issued", Quarter(2027, 4)).central >= 30e9
    assert view.quarters[0] == Quarter(2025, 4)
    published = {view.model.facts.row(fact_id).published for fact_id in view.lineage.facts}
    assert max(published) <= facts.as_of


def test_a_parameter_has_the_same_draws_in_the_futures_and_in_a_figure(facts):
    scenario = Scenario.load()
    plan = Plan.make(facts, scenario, firms=["meta"], until="2026Q4", paths=100, seed=1)
    drawn_by_path = (
        parameter_tiles(plan, 0, 0, tiles_of(100)).swapaxes(0, 1).reshape(len(PARAMETERS), -1)[:, :100]
    )
    for name, parameter in {
        "factor_sd": "growth_common_deviation",
        "leverage_limit": "leverage_limit",
        "advertising_share": "advertising_share_meta",
    }.items():
        with drawn(100, 1):
            figure = scenario[parameter].figure()
        values = np.broadcast_to(figure.draws, 100)
        np.testing.assert_array_equal(drawn_by_path[PARAMETERS.index(name)], values)
    life = drawn_by_path[PARAMETERS.index("accelerator_life")]
    with drawn(100, 1):
        np.testing.assert_array_equal(life, 4 * scenario["accelerator_life_years"].figure().draws)


def test_under_a_plan_of_draws_futures_differ_by_what_is_assumed_only(facts):
    columns = {"accelerator_hour_price": np.asarray([0.1, 0.5, 0.5, 0.9])}
    with planned(DrawPlan(count=4, columns=columns)) as plan:
        view = outlook(facts, "baseline", "meta", until="2026Q4")
    assert {"accelerator_hour_price", "liquidity_floor_months"} <= plan.asked
    revenue = view.paths("revenue")[:, -1]
    assert revenue[0] < revenue[1] == revenue[2] < revenue[3]
