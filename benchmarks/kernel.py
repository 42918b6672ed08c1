"""The compiled kernel beside the same model in NumPy, with the same draws.

First the NumPy style itself is shown on the data-centre vehicle of a known measurement (20 years, normals
given, blocks of 10,000 scenarios: 3.8 million scenarios per second on the machine of this project). Then the
firms' model: agreement, speed, scaling from one core to two.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

from rekening import Facts
from rekening.futures.draws import normal_tiles, normals, tiles_of
from rekening.futures.kernel import run_tiles
from rekening.futures.layout import COMMON_SHOCKS, OPENING, OUTPUTS, OWN_SHOCKS, PARAMETERS, SCHEDULES
from rekening.futures.runs import COMMON, Plan, parameter_tiles
from rekening.numerics import LANES, LONGEST_LIFE
from rekening.vector import aligned

PATHS = 65_536
REPEATS = 15
NUMPY_BLOCK = 512
BLOCK = 4096
_OURS = "firms, compiled"
OPERATIONS = {np.exp: 32, np.log: 27}  # what the compiled ones are made of; all else is one


def vehicle(price_normals, utilisation_normals, block=10_000):
    """Equity value and least debt cover of a data-centre vehicle, in place, block by block."""
    years, count = price_normals.shape
    value, cover = np.empty(count), np.empty(count)
    service = 100.0 * 0.6 * 0.08 / (1 - 1.08**-15)
    a, b = np.empty(block), np.empty(block)
    price, use, loss, cash = (np.empty(block) for _ in range(4))
    for start in range(0, count, block):
        n = min(block, count - start)
        s = slice(start, start + n)
        p, u, carried, c, x, y = price[:n], use[:n], loss[:n], cash[:n], a[:n], b[:n]
        p[:], u[:], carried[:] = 0.0, 0.7, 0.0
        npv, least = value[s], cover[s]
        npv[:], least[:] = -40.0, np.inf
        for year in range(years):
            np.multiply(price_normals[year, s], 0.15, out=x)
            x -= 0.05
            p += x
            np.subtract(0.75, u, out=x)
            x *= 0.3
            u += x
            np.multiply(utilisation_normals[year, s], 0.08, out=x)
            u += x
            np.clip(u, 0.0, 1.0, out=u)
            np.exp(p, out=c)
            c *= u
            c *= 40.0
            c -= 8.0
            np.subtract(c, 100.0 / 6 if year < 6 else 0.0, out=x)
            x -= carried
            np.negative(x, out=y)
            np.maximum(y, 0.0, out=carried)
            np.maximum(x, 0.0, out=x)
            x *= 0.21
            c -= x
            if year < 15:
                np.multiply(c, 1 / service, out=x)
                np.minimum(least, x, out=least)
                c -= service
            c *= 1.09 ** -(year + 1)
            npv += c
    return value, cover


class NumpyModel:
    """The firms' model on arrays of paths: one statement an operation, blocks that stay in cache."""

    def __init__(self, inputs, model, names):
        self.inputs, self.model, self.names = inputs, model, names

    def run(self, parameters, own, common, out):
        """Fill ``out`` (quarter, output, path), block by block."""
        for start in range(0, out.shape[2], NUMPY_BLOCK):
            stop = min(start + NUMPY_BLOCK, out.shape[2])
            values = dict(zip(PARAMETERS, parameters[:, start:stop], strict=True))
            self._block(values, own[:, :, start:stop], common[:, :, start:stop], out[:, :, start:stop])

    def _block(self, v, own, common, out):
        opening = dict(zip(OPENING, self.inputs.opening, strict=True))
        schedules = dict(zip(SCHEDULES, self.inputs.schedule.T, strict=True))
        history, revenue = self.model.history, self.model.revenue
        past, quarters, n = history.size, len(self.inputs.schedule), own.shape[2]
        here = np.arange(n)
        pad = LONGEST_LIFE
        rings = {
            name: np.zeros((pad + past + quarters, n))
            for name in ("paid", "ordered", "vehicles", "service", "units")
        }
        issues, coupons = np.zeros((quarters, n)), np.zeros((quarters, n))
        lives = {name: v[f"{name}_life"] for name in ("accelerator", "network", "shell", "power")}
        whole = {name: life.astype(np.int64) for name, life in lives.items()}
        part = {name: life - whole[name] for name, life in lives.items()}
        share = {name: v[f"{name}_share"] for name in lives}
        gross = {name: np.zeros(n) for name in lives}
        lag = v["build_lag"].astype(np.int64)
        lag_part = v["build_lag"] - lag
        units, ai_window, units_window = np.zeros(n), np.zeros(n), np.zeros(n)

        def behind(name, t, back, rest):
            ring = rings[name]
            return (1 - rest) * ring[pad + t - back, here] + rest * ring[pad + t - back - 1, here]

        def age(t, began, new_units):
            nonlocal units
            rings["service"][pad + t], rings["units"][pad + t] = began, new_units
            for name in lives:
                gross[name] += share[name] * (began - behind("service", t, whole[name], part[name]))
            gone = behind("units", t, whole["accelerator"], part["accelerator"])
            units = np.maximum(units + new_units - gone, 0)

        def straight_line():
            return sum(gross[name] / lives[name] for name in lives)

        order = v["accelerator_share"] / v["unit_cost"] * np.exp(-v["unit_cost_decline"] * past)
        growth = np.exp(v["unit_cost_decline"])
        bases = []
        for t in range(past):
            order = order * growth
            rings["paid"][pad + t], rings["ordered"][pad + t] = history[t], history[t] * order
            age(t, behind("paid", t, lag, lag_part), behind("ordered", t, lag, lag_part))
            if t >= past - 4:
                price = v["unit_revenue"] * np.exp(-v["unit_price_decline"] * (t + 1 - past))
                ai = np.minimum(units * price, revenue[t])
                ai_window, units_window = ai_window + ai / 4, units_window + units / 4
                bases.append(revenue[t] - ai)
        unit_revenue = np.minimum(v["unit_revenue"], revenue[-1] / np.maximum(units, 1))
        ages = (past - np.arange(past))[:, None]
        left = sum(share[name] * np.maximum(1 - ages / lives[name], 0) for name in lives)
        began, paid = rings["service"][pad : pad + past], rings["paid"][pad : pad + past]
        older = np.maximum(
            opening["property_and_equipment_net"] - (paid - began + began * left).sum(axis=0), 0
        )
        older_rate = older / v["older_life"]
        worn_window = straight_line() + older_rate
        late_paid = lag_part * rings["paid"][pad + past - lag - 1, here]
        late_ordered = lag_part * rings["ordered"][pad + past - lag - 1, here]
        pending = np.arange(past)[:, None] + lag >= past
        rings["paid"][pad : pad + past] *= pending
        rings["ordered"][pad : pad + past] *= pending
        delayed = v["build_lag"] + v["power_delay"]
        lag = delayed.astype(np.int64)
        lag_part = delayed - lag

        zero = np.zeros(n)
        excess, growth_noise, factor, demand, demand_own = v["growth_excess"], zero, zero, zero, zero
        margin_noise, level, credit, new_interest, rent, undone = (
            zero,
            v["base_yield"],
            zero,
            zero,
            zero,
            zero,
        )
        liquidity, debt = zero + opening["liquidity"], zero + opening["total_debt"]
        discount, property_net = (
            zero + opening["debt_discount_and_currency"],
            zero + opening["property_and_equipment_net"],
        )
        leases, funded = (
            zero + opening["finance_lease_liabilities"],
            zero + opening["vehicle_funding_outstanding"],
        )
        uses_average, cash_average = zero + opening["uses_average"], zero + opening["cash_flow_average"]
        capex_last, dividend, momentum = (
            zero + opening["capex_last"],
            zero + opening["dividend"],
            v["capex_momentum"],
        )
        leverage_opening = opening["total_debt"] / (4 * max(opening["cash_flow_average"], 1))
        income_window = np.maximum(v["base_yield"] + v["cash_spread"], 0) * opening["liquidity"] / 4
        interest_window = opening["interest_window"]
        for h in range(quarters):
            t = past + h
            s = {name: column[h] for name, column in schedules.items()}
            z = dict(zip(OWN_SHOCKS, own[h], strict=True))
            zc = dict(zip(COMMON_SHOCKS, common[h], strict=True))
            began = behind("paid", t, lag, lag_part) + s["finance_leases_added"] * v["lease_scale"]
            new_units = behind("ordered", t, lag, lag_part)
            rent_begun = behind("vehicles", t, lag, lag_part)
            if h == 0:
                began, new_units = began + late_paid, new_units + late_ordered
            age(t, began, new_units)
            repaid_new, ended = zero, zero
            for tenor, weight in zip(self.inputs.tenors, self.inputs.weights, strict=True):
                if h >= tenor:
                    due = weight * issues[h - tenor]
                    repaid_new, ended = repaid_new + due, ended + due * coupons[h - tenor]
            excess = excess * v["growth_persistence"]
            factor = v["factor_ar"] * factor + v["factor_sd"] * zc["growth_factor"]
            growth_noise = v["growth_ar"] * growth_noise + v["growth_sd"] * z["growth"]
            base = bases[0] * np.exp(v["growth_long"] + excess + v["growth_loading"] * factor + growth_noise)
            bases = [*bases[1:], base]
            demand = v["demand_ar"] * demand + v["demand_sd"] * zc["demand"]
            demand_own = v["demand_ar"] * demand_own + v["demand_own_sd"] * z["demand"]
            price = unit_revenue * np.exp(demand + demand_own - v["unit_price_decline"] * (h + 1))
            ai = units * price * v["demand_multiple"]
            advertising, consumer = base * v["advertising_share"], base * v["consumer_share"]
            sales = base + ai
            level = level + v["rate_reversion"] * (v["base_yield"] - level) + v["rate_sd"] * zc["base_yield"]
            shifted = np.maximum(level, 0) + v["rate_shift"]
            credit = v["credit_ar"] * credit + v["credit_sd"] * zc["credit"]
            leverage = debt / (4 * np.maximum(cash_average, 1))
            added = v["spread_leverage"] * np.maximum(leverage - leverage_opening, 0)
            coupon = shifted + (v["spread"] * np.exp(credit) + added) * v["spread_multiplier"]
            income = np.maximum(shifted + v["cash_spread"], 0) * np.maximum(liquidity, 0) / 4
            interest = s["existing_interest"] + new_interest / 4
            lease_interest = (
                v["lease_rate"] * np.maximum(leases - opening["finance_lease_liabilities"], 0) / 4
            )
            lease_payments = v["lease_scale"] * s["operating_lease_payments"]
            rent = rent + rent_begun * v["vehicle_rate"] / 4
            margin_noise = v["margin_ar"] * margin_noise + v["margin_sd"] * z["margin"]
            kept_margin = s["margin"] + v["margin_shift"] + margin_noise
            costs = (1 - kept_margin) * (base + ai_window) - interest_window + income_window
            running = v["unit_running_cost"] * (units - units_window)
            older_worn = np.minimum(older_rate, older)
            worn = straight_line() + older_worn
            older = older - older_worn
            rents = lease_payments + lease_interest + rent
            profit = (
                ai - ai_window - running - (interest - interest_window) + (income - income_window) - rents
            )
            tax = v["tax_rate"] * (profit - (worn - worn_window))
            cash = sales - costs - running - interest + income - rents - tax
            momentum = momentum * v["capex_momentum_persistence"]
            error = s["guidance_horizon"] * v["guidance_bias"]
            error = error + np.sqrt(s["guidance_horizon"]) * v["guidance_deviation"] * v["guidance_surprise"]
            error = s["guidance_weight"] * error
            if s["guided_capex"] > 0:
                meant = s["guided_capex"] * np.exp(error)
                plan = np.maximum(meant + s["guidance_catch_up"] * undone, 0)
                if s["guidance_catch_up"] < 1:
                    plan = plan * np.exp(v["guidance_sd"] * z["capex"])
                undone = undone + meant - plan
            else:
                before = np.maximum(capex_last, 1)
                pull = v["capex_reversion"] * np.log(
                    v["capex_bearable"] * np.maximum(cash_average, 1) / before
                )
                plan = before * np.exp(momentum + pull + v["capex_sd"] * z["capex"])
            plan = (1 - v["capex_frozen"]) * plan + v["capex_frozen"] * np.minimum(
                plan, opening["capex_last"]
            )
            dividend = dividend * (1 + v["dividend_growth"] / 4)
            buybacks = v["buyback_plan"] * np.maximum(cash, 0)
            lease_principal = v["lease_principal_share"] * leases
            due = np.minimum(s["debt_maturing"] + repaid_new, debt)
            short_debt = np.maximum(v["short_debt_sd"] * z["short_debt"] * sales, due - debt)
            repaid = due + np.maximum(-short_debt, 0)
            borrowed = s["debt_contracted"] + np.maximum(short_debt, 0)
            unexplained = (v["unexplained_mean"] + v["unexplained_sd"] * z["unexplained"]) * sales
            uses = plan + dividend + buybacks + lease_principal + repaid
            uses_average = uses_average + (uses - uses_average) / 4
            cash_average = cash_average + (cash - cash_average) / 4
            before = liquidity + cash + unexplained - uses + borrowed - s["contracted_discount"]
            monthly = uses_average * 4 / 12
            floor = v["floor_months"] * monthly
            target = v["target_months"] * monthly + v["prefunding"] * 4 * np.maximum(
                uses_average - cash_average, 0
            )
            target = np.maximum(target, floor)
            required = np.maximum(floor - before, 0)
            wanted = np.maximum(required, v["adjustment"] * np.maximum(target - before, 0))
            room = np.maximum(v["leverage_limit"] * 4 * cash_average - (debt + borrowed - repaid), 0)
            lower_buybacks = np.minimum(v["buyback_share"] * wanted, v["buyback_flexibility"] * buybacks)
            beyond = s["guided_capex"] <= 0
            vehicles = np.minimum(v["vehicle_share"] * wanted, beyond * v["vehicle_limit"] * plan)
            vehicles = np.minimum(vehicles, wanted - lower_buybacks)
            sellable = np.minimum(v["divestment_limit"], np.maximum(property_net, 0))
            divestment = np.minimum(v["divestment_share"] * wanted, sellable)
            divestment = np.minimum(divestment, wanted - lower_buybacks - vehicles)
            found = lower_buybacks + vehicles + divestment
            kept = 1 - v["discount_share"]
            lump = np.minimum(v["issue_size"], room)
            principal = np.minimum(np.maximum(wanted - found, 0) / kept, room)
            issue = (required > found) | (principal >= v["issue_size"])
            principal = np.where(issue, np.maximum(principal, lump), 0)
            found = found + principal * kept
            more = np.minimum(
                np.maximum(required - found, 0), v["buyback_flexibility"] * buybacks - lower_buybacks
            )
            lower_buybacks, found = lower_buybacks + more, found + more
            equity = np.minimum(np.maximum(required - found, 0), v["equity_limit"])
            found = found + equity
            lower_capex = np.minimum(
                np.maximum(required - found, 0), v["capex_flexibility"] * (plan - vehicles)
            )
            found = found + lower_capex
            after = before + found
            drawn = np.maximum(liquidity - after, 0)
            short = np.minimum(drawn, np.maximum(floor - after, 0))
            need = np.maximum(liquidity - before, 0) + np.maximum(after - np.maximum(liquidity, before), 0)
            capex = plan - vehicles - lower_capex
            servers, network, power = (capex * share[name] for name in ("accelerator", "network", "power"))
            lease_added = s["finance_leases_added"] * v["lease_scale"]
            amortised = discount * v["discount_written"]
            issued, given = (
                principal + borrowed,
                principal * (1 - kept) + s["contracted_discount"],
            )
            liquidity = after
            debt = debt + issued - repaid
            discount = discount + given - amortised
            property_net = property_net + capex + lease_added - worn - divestment
            leases = leases + lease_added - lease_principal
            funded = funded + vehicles
            new_interest = new_interest + principal * coupon - ended + short_debt * shifted
            capex_last = plan - lower_capex
            order = order * growth
            rings["paid"][pad + t], rings["vehicles"][pad + t] = capex, vehicles
            rings["ordered"][pad + t] = capex_last * order
            issues[h], coupons[h] = principal, coupon
            row = {
                "advertising_revenue": advertising, "consumer_revenue": consumer,
                "business_revenue": base - advertising - consumer, "ai_revenue": ai,
                "operating_costs": costs, "site_running_costs": running, "interest_paid": interest,
                "liquidity_income": income, "operating_lease_payments": lease_payments,
                "finance_lease_interest": lease_interest, "vehicle_lease_payments": rent,
                "tax_change": tax, "capex_accelerators": servers, "capex_network": network,
                "capex_shell": capex - servers - network - power, "capex_power": power,
                "finance_lease_principal": lease_principal, "dividends_paid": dividend,
                "share_repurchases": buybacks - lower_buybacks, "equity_issued": equity,
                "debt_issued": issued, "issue_discount": given, "debt_repaid": repaid,
                "divestment_proceeds": divestment, "unexplained_cash_flow": unexplained,
                "vehicle_funding": vehicles, "vehicle_building": vehicles, "vehicle_service": rent,
                "finance_leases_added": lease_added, "depreciation": worn, "property_other": zero,
                "discount_amortised": amortised, "liquidity": liquidity, "total_debt": debt,
                "debt_discount_and_currency": discount, "property_and_equipment_net": property_net,
                "finance_lease_liabilities": leases, "vehicle_funding_outstanding": funded,
                "revenue": sales, "operating_cash_flow": cash, "capex": capex, "funding_need": need,
                "lever_liquidity": drawn - short, "lever_bonds": principal * kept,
                "lever_vehicles": vehicles, "lever_divestment": divestment, "lever_equity": equity,
                "lever_lower_buybacks": lower_buybacks, "lever_lower_capex": lower_capex,
                "shortfall": short, "liquidity_floor": floor, "liquidity_target": target, "coupon": coupon,
                "base_yield_level": shifted, "leverage": leverage, "ai_units": units,
            }  # fmt: skip
            if self.names:
                for place, name in enumerate(self.names):
                    out[h, place] = row[name]
            else:
                self.sums[h] += [array.sum() for array in row.values()]

    def totals(self, parameters, own, common):
        """Sums of every output, nothing kept."""
        self.sums = np.zeros((len(self.inputs.schedule), len(OUTPUTS)))
        self.run(parameters, own, common, np.empty((len(self.inputs.schedule), 0, own.shape[2])))
        return self.sums


class Counted(np.ndarray):
    """An array that counts the floating-point operations done on it: one a path, more for exp and log."""

    done = 0

    def __array_ufunc__(self, function, method, *inputs, out=None, **options):
        plain = [np.asarray(each) for each in inputs]
        if out is not None:
            options["out"] = tuple(np.asarray(each) for each in out)
        result = getattr(function, method)(*plain, **options)
        Counted.done += np.size(result) * OPERATIONS.get(function, 1)
        return np.asarray(result).view(Counted)

    def __array_function__(self, function, types, arguments, options):
        result = super().__array_function__(function, types, arguments, options)
        return result.view(Counted) if isinstance(result, np.ndarray) else result


@numba.njit(fastmath={"contract"})
def multiply_add(x, times):
    """The machine's limit for compiled loops: a multiply-add on numbers that stay in the first cache."""
    for _ in range(times):
        for k in range(x.size):
            x[k] = x[k] * 0.999 + 0.001


@numba.njit
def triad(a, b, c):
    """The machine's limit for memory: 24 bytes an element."""
    for k in range(a.size):
        a[k] = b[k] + 3.0 * c[k]


def best(function: Callable[[], object]) -> tuple[float, float]:
    """Median and least of some runs after one that warms up, in seconds."""
    function()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return float(np.median(times)), min(times)


def run(smoke: bool) -> list[dict[str, object]]:
    """Measure both on the same draws; a row a program."""
    paths = 4 * BLOCK if smoke else PATHS
    rng = np.random.default_rng(1)
    scenarios = 50_000 if smoke else 1_000_000
    shocks = rng.standard_normal((2, 20, scenarios))
    known = best(lambda: vehicle(shocks[0], shocks[1]))

    facts = Facts.load("2025-11-03")
    plan = Plan.make(facts, "baseline", firms=["meta"], until="2030Q4", paths=paths, seed=1)
    model, inputs = plan.models[0], plan.inputs[0]
    tiles = tiles_of(paths)
    given = (
        parameter_tiles(plan, 0, 0, tiles),
        normal_tiles(1, "meta", inputs.numbers, len(OWN_SHOCKS), 0, tiles),
        normal_tiles(1, COMMON, inputs.numbers, len(COMMON_SHOCKS), 0, tiles),
    )
    parameters = given[0].transpose(1, 0, 2).reshape(len(PARAMETERS), paths)
    own = normals(1, "meta", inputs.numbers, len(OWN_SHOCKS), 0, paths)
    common = normals(1, COMMON, inputs.numbers, len(COMMON_SHOCKS), 0, paths)
    quarters = len(inputs.schedule)
    millions = quarters * paths / 1e6

    def compiled(first: int, last: int, kept: np.ndarray, out: np.ndarray) -> np.ndarray:
        sums, worst = np.zeros((quarters, len(OUTPUTS))), np.zeros(LANES)
        for start in range(first, last, BLOCK):
            tiles = slice(start // LANES, (start + BLOCK) // LANES)
            run_tiles(
                inputs.opening, inputs.schedule, model.history, model.revenue, inputs.tenors, inputs.weights,
                given[0][tiles], given[1][tiles], given[2][tiles], BLOCK, kept, out, start, sums, worst,
            )  # fmt: skip
        assert worst.max() < 1e-9
        return sums

    def on(threads: int) -> Callable[[], object]:
        nothing, empty = np.empty(0, dtype=np.int64), np.empty((quarters, 0, paths))
        step = paths // threads

        def work() -> object:
            with ThreadPoolExecutor(threads) as pool:
                return list(
                    pool.map(lambda k: compiled(k * step, (k + 1) * step, nothing, empty), range(threads))
                )

        return work

    check = 4096
    ours, theirs = (np.empty((quarters, len(OUTPUTS), paths)) for _ in range(2))
    compiled(0, check, np.arange(len(OUTPUTS)), ours)
    NumpyModel(inputs, model, OUTPUTS).run(
        parameters[:, :check], own[:, :, :check], common[:, :, :check], theirs[:, :, :check]
    )
    size = np.abs(theirs[:, :, :check])
    # dollars against revenue: a small difference of large amounts has their rounding
    sales = size[:, [OUTPUTS.index("revenue")]]
    scale = np.where(size.max(axis=(0, 2), keepdims=True) > 1e6, np.maximum(size, sales), 1)
    difference = float((np.abs(ours - theirs)[:, :, :check] / scale).max())
    del ours, theirs
    rival = NumpyModel(inputs, model, ())
    plain = best(lambda: rival.totals(parameters, own, common))
    one = best(on(1))
    two = best(on(2))
    drawn = best(lambda: normal_tiles(1, "meta", inputs.numbers, len(OWN_SHOCKS), 0, tiles_of(BLOCK)))
    numbers = BLOCK * quarters * len(OWN_SHOCKS) / 1e6
    counted = [each[..., :NUMPY_BLOCK].view(Counted) for each in (parameters, own, common)]
    NumpyModel(inputs, model, ()).totals(*counted)
    flops = Counted.done / (NUMPY_BLOCK * quarters)
    inside, steps = aligned(1024), 20_000
    in_cache, _ = best(lambda: multiply_add(inside, steps))
    arrays = np.ones((3, 2**20 if smoke else 2**25))
    in_memory, _ = best(lambda: triad(*arrays))
    bytes_read = 8 * (len(PARAMETERS) / quarters + len(OWN_SHOCKS) + len(COMMON_SHOCKS))
    square = np.ones((500, 500) if smoke else (3000, 3000))
    product, _ = best(lambda: square @ square)
    most = 2 * len(square) ** 3 / product / 1e9
    fast, wide = 2 * inside.size * steps / in_cache / 1e9, arrays.nbytes / in_memory / 1e9
    rate, both = millions / one[0] / 1e3, millions / two[0] / 1e3
    return [
        _row("vehicle of a known measurement, NumPy, million scenarios", scenarios / 1e6, known),
        _row("firms, NumPy", millions, plain, times="1"),
        _row(f"{_OURS}, 1 thread", millions, one, times=f"{plain[0] / one[0]:.1f}", difference=difference),
        _row(f"{_OURS}, 2 threads", millions, two, times=f"{plain[0] / two[0]:.1f}", difference=difference),
        _row("normals, 1 thread, million", numbers, drawn),
        _share("1 thread", f"{flops:.0f} operations", rate * flops, fast, "GFLOP/s, multiply-add in cache"),
        _share("2 threads", f"{flops:.0f} operations", both * flops, most, "GFLOP/s, matrix product"),
        _share("1 thread", f"{bytes_read:.0f} bytes", rate * bytes_read, wide, "GB/s, triad in memory"),
    ]


def _share(on: str, work: str, reached: float, limit: float, of: str) -> dict[str, object]:
    return _row(f"{_OURS}, {on}: {work} a firm-quarter, {reached / limit:.0%} of {limit:.0f} {of}")


def _row(
    program: str,
    millions: float = 0.0,
    seconds: tuple[float, ...] = (),
    *,
    times: str = "",
    difference: float | None = None,
) -> dict[str, object]:
    median, fastest = [f"{millions / each:.3g}" for each in seconds] or ["", ""]
    return {
        "program": program,
        "million firm-quarters a second": median,
        "fastest run": fastest,
        "times NumPy": times,
        "largest relative difference": "" if difference is None else f"{difference:.0e}",
    }
