"""A firm as the simulation sees it: opening balances, what is scheduled, and drivers by path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from rekening.assumptions import Parameter, Scenario, normal_quantile
from rekening.facts import Facts, FloatArray
from rekening.facts.periods import Quarter, quarter_range
from rekening.firms.calibration import Estimate, Pool
from rekening.firms.guidance import announcements, guidance_ratio, steady_shares, window
from rekening.firms.ladder import Ladder
from rekening.firms.reported import Balance, Reported
from rekening.numerics import HOURS_A_YEAR, INTERVAL, LONGEST_LIFE, QUARTERS

__all__ = ["FirmModel"]


@dataclass(frozen=True, kw_only=True)
class FirmModel:
    """A firm at the start of a run.

    Attributes
    ----------
    start
        First quarter not yet reported.
    balances
        Opening balances by name, with the day of the facts they come from.
    opening
        Numbers the run starts from, US dollars.
    history, revenue
        Capex and revenue by quarter up to the start, US dollars a quarter.
    estimates
        What the facts say about the drivers.
    ladder
        Listed tranches.
    """

    firm: str
    start: Quarter
    facts: Facts
    scenario: Scenario
    pool: Pool
    balances: Mapping[str, Balance]
    opening: Mapping[str, float]
    history: FloatArray
    revenue: FloatArray
    seasons: FloatArray
    margin: float
    unlisted: float
    unlisted_rate: float
    estimates: Mapping[str, Estimate]
    ladder: Ladder
    read: frozenset[str]

    @property
    def used(self) -> frozenset[str]:
        """Ids of every row that the firm's opening position and drivers rest on."""
        learnt = (one.facts for one in (*self.estimates.values(), *self.pool.estimates.values()))
        owed = ({tranche.fact_id} | tranche.exchanged_by for tranche in self.ladder.tranches)
        return self.read.union(*learnt, *owed)

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the parameters that the firm's futures rest on."""
        names: set[str] = set()

        def remember(parameter: Parameter) -> FloatArray:
            names.add(parameter.name)
            return np.asarray([parameter.central])

        self.paths(remember, lambda _: np.zeros(1))
        return frozenset(names)

    def interval(self, estimate: Estimate, level: float = INTERVAL) -> tuple[float, float]:
        """Central interval of an estimate as the futures draw it.

        An estimate of the firm's own is normal; a pooled one varies as its prior does.
        """
        ends = np.asarray([(1 - level) / 2, (1 + level) / 2])
        if estimate.deviation > 0 or estimate.name not in self.pool.estimates:
            low, high = estimate.value + estimate.deviation * normal_quantile(ends)
        else:
            prior = self.scenario[estimate.prior]
            low, high = estimate.varied(prior.quantile(ends), prior.central)
        return float(low), float(high)

    def assumed(self, name: str) -> float:
        """Central value of a parameter: the firm's own where the scenario has one."""
        return self._parameter(name).central

    def _parameter(self, name: str) -> Parameter:
        return self.scenario.of_firm(self.firm, name)

    def schedules(self, quarters: list[Quarter], without: tuple[str, ...] = ()) -> dict[str, FloatArray]:
        """What is known at the start about each quarter of a run, US dollars a quarter.

        Parameters
        ----------
        without
            Ids of agreed bonds to leave out, as if they had not been issued.
        """
        size = len(quarters)
        index = {quarter: place for place, quarter in enumerate(quarters)}
        margin = np.asarray([self.margin + self.seasons[quarter.number - 1] for quarter in quarters])
        maturing, contracted, discount = np.zeros(size), np.zeros(size), np.zeros(size)
        interest = np.full(size, self.opening["interest_window"])
        opened_on = self.start.start
        for tranche in self.ladder.tranches:
            if tranche.bond_id in without or tranche.matures < quarters[0]:
                continue
            begins = Quarter.of(tranche.begins)
            agreed = tranche.begins >= opened_on
            due = index.get(tranche.matures, size)
            if agreed:
                place = index.get(begins, size)
                if place == size:  # paid out after the run
                    continue
                contracted[place] += tranche.principal
                share = tranche.discount
                discount[place] += tranche.principal * (
                    self.assumed("bond_discount") if share is None else share
                )
                days = (begins.end - begins.start).days + 1
                interest[place] += (
                    tranche.coupon
                    * tranche.principal
                    / QUARTERS
                    * ((begins.end - tranche.begins).days + 1)
                    / days
                )
                interest[place + 1 :] += tranche.coupon * tranche.principal / QUARTERS
            if due < size:
                maturing[due] += tranche.principal
                interest[due + 1 :] -= tranche.coupon * tranche.principal / QUARTERS
        # debt beyond the list falls due evenly over twice its average life
        length = 2 * QUARTERS * self.assumed("unlisted_debt_life_years")
        falls = np.clip(length - np.arange(size), 0, 1) * self.unlisted / length
        maturing += falls
        interest -= np.concatenate([[0], np.cumsum(falls)[:-1]]) * self.unlisted_rate / QUARTERS
        finance, operating = self._leases(size)
        return {
            "margin": margin,
            **self._guided(quarters),
            "debt_maturing": maturing,
            "debt_contracted": contracted,
            "contracted_discount": discount,
            "existing_interest": interest,
            "operating_lease_payments": operating,
            "finance_leases_added": finance,
        }

    def _guided(self, quarters: list[Quarter]) -> dict[str, FloatArray]:
        """What guidance leaves for each quarter in cash capex, and how its error falls there.

        A firm builds up or down to what it guides at one pace. Guidance errs on the year as a whole: what is
        left of the year takes all of the error. What a quarter leaves undone is caught up over those to come.
        """
        names = ("guided_capex", "guidance_horizon", "guidance_weight", "guidance_catch_up")
        found = {name: np.zeros(len(quarters)) for name in names}
        last_known = self.start + -1
        ratio = guidance_ratio(self.facts, self.firm, last_known)
        if ratio.missing:
            return found
        reported = Reported(self.facts, self.firm)
        years: dict[tuple[Quarter, Quarter], float] = {}
        for fact in announcements(self.facts, self.firm, "capex_guidance", last_known):
            guided = fact.midpoint()
            first, last = window(fact)
            if guided is not None and last - first + 1 == QUARTERS:
                years.setdefault((first, last), guided / ratio.central)
        known = {last_known: float(self.history[-1])}
        for (first, last), guided in sorted(years.items()):
            spent = sum(reported.value("capex", quarter) for quarter in quarter_range(first, last_known))
            if np.isnan(spent):
                continue
            left = max(guided - spent, 0)
            ahead = quarter_range(max(first, self.start), last)
            before = max(quarter for quarter in known if quarter < ahead[0])
            shares = steady_shares(known[before], left, len(ahead), gap=ahead[0] - before - 1)
            known |= zip(ahead, left * shares, strict=True)
            for quarter in set(ahead).intersection(quarters):
                place = quarters.index(quarter)
                found["guided_capex"][place] = known[quarter]
                found["guidance_horizon"][place] = min(last - last_known, 2 * QUARTERS) / QUARTERS
                found["guidance_weight"][place] = min(guided / max(left, 1), QUARTERS)
                found["guidance_catch_up"][place] = 1 / (last - quarter + 1)
        return found

    def _leases(self, size: int) -> tuple[FloatArray, FloatArray]:
        """Finance leases that begin and operating-lease payments begun, from leases signed before."""
        signed = self.opening["leases_not_yet_commenced"]
        quarters = QUARTERS * self.assumed("lease_start_years")
        begun = np.clip(quarters - np.arange(size), 0, 1) / quarters
        finance = self.assumed("lease_finance_share")
        yearly = signed * (1 - finance) / self.assumed("lease_term_years")
        return signed * finance * begun, np.cumsum(begun) * yearly / QUARTERS

    def _lease_principal_share(self, assumed: FloatArray) -> FloatArray:
        """Part of finance leases paid in a quarter: as in the trailing year, else over an assumed life."""
        paid = self.opening["lease_principal_recent"]
        owed = self.opening["finance_lease_liabilities"]
        if owed <= 0 or paid <= 0:
            return assumed
        return np.full_like(assumed, min(paid / owed, 1))

    def tenors(self) -> tuple[FloatArray, FloatArray]:
        """Quarters to maturity of the parts of a new issue, and their shares."""
        short = self.assumed("new_debt_short_share")
        lives = (self.assumed("new_debt_short_years"), self.assumed("new_debt_long_years"))
        return np.asarray([round(QUARTERS * life) for life in lives]), np.asarray([short, 1 - short])

    def paths(
        self, values_of: Callable[[Parameter], FloatArray], normals: Callable[[str], FloatArray]
    ) -> dict[str, FloatArray]:
        """Drivers and policies by path.

        Parameters
        ----------
        values_of
            Gives the value of a parameter on every path.
        normals
            Gives, for a name, a standard normal number for every path.
        """

        def draw(name: str) -> FloatArray:
            return values_of(self._parameter(name))

        def own(name: str) -> FloatArray:
            """A standard normal that belongs to the firm and a name."""
            return normals(f"{self.firm} {name}")

        def pooled(name: str) -> FloatArray:
            """A pooled estimate, varied as its prior is."""
            return self.pool.estimates[name].varied(draw(name), self.scenario[name].central)

        def estimated(name: str, error: str) -> FloatArray:
            """An estimate of the firm's own, which errs by a normal number of a name."""
            return self.estimates[name].value + self.estimates[name].deviation * own(error)

        per_quarter = 1 / QUARTERS
        sold = draw("ai_sold_outside")
        hour_worth = sold + (1 - sold) * draw("ai_inside_yield")
        unit_revenue = (
            HOURS_A_YEAR
            / QUARTERS
            * draw("accelerator_utilisation")
            * draw("accelerator_hour_price")
            * hour_worth
        )
        with np.errstate(divide="ignore"):  # where no server is for AI, no money buys a unit
            unit_cost = draw("accelerator_cost") / draw("ai_share_of_servers")
        servers = draw("cost_share_servers")
        network = draw("cost_share_network")
        power = draw("cost_share_power")
        shell = np.maximum(1 - servers - network - power, 0)
        total = servers + network + power + shell
        servers, network, power, shell = (share / total for share in (servers, network, power, shell))
        lag = servers * draw("compute_lag_years") + (1 - servers) * draw("building_lag_years")
        surprise = own("capex guidance")
        skew = draw("capex_guidance_skew")
        recent_margin = draw("margin_error") * own("margin level")
        revenue_year = QUARTERS * float(np.mean(self.revenue[-QUARTERS:]))
        values = {
            "growth_long": np.log1p(draw("growth_long_run")),
            "growth_persistence": draw("growth_persistence"),
            "growth_loading": np.ones_like(sold),
            "growth_sd": pooled("growth_own_deviation"),
            "growth_ar": draw("growth_own_persistence"),
            "factor_sd": draw("growth_common_deviation"),
            "factor_ar": draw("growth_common_persistence"),
            "advertising_share": draw("advertising_share"),
            "consumer_share": draw("consumer_share"),
            "unit_revenue": unit_revenue,
            "unit_price_decline": -np.log1p(-draw("accelerator_hour_price_decline")) * per_quarter,
            "demand_multiple": draw("ai_demand_multiple"),
            "demand_sd": draw("ai_demand_common_deviation"),
            "demand_own_sd": draw("ai_demand_own_deviation"),
            "demand_ar": draw("ai_demand_persistence"),
            "unit_cost": unit_cost,
            "unit_cost_decline": -np.log1p(-draw("accelerator_cost_decline")) * per_quarter,
            "unit_running_cost": draw("accelerator_running_cost") * per_quarter,
            "accelerator_share": servers,
            "network_share": network,
            "shell_share": shell,
            "power_share": power,
            "accelerator_life": _quarters(draw("accelerator_life_years")),
            "network_life": _quarters(draw("network_life_years")),
            "shell_life": _quarters(draw("building_life_years")),
            "power_life": _quarters(draw("power_life_years")),
            "older_life": _quarters(draw("older_property_life_years")),
            "build_lag": QUARTERS * lag,
            "power_delay": QUARTERS * draw("power_delay_years"),
            "margin_shift": recent_margin,
            "margin_sd": pooled("margin_deviation"),
            "margin_ar": draw("margin_persistence"),
            "guidance_bias": pooled("capex_guidance_bias"),
            "guidance_deviation": pooled("capex_guidance_deviation"),
            "guidance_surprise": surprise + skew * (surprise**2 - 1) / 2,
            "guidance_sd": pooled("capex_quarter_deviation"),
            "capex_sd": pooled("capex_beyond_deviation"),
            "capex_momentum": estimated("capex_momentum", "capex momentum"),
            "capex_momentum_persistence": draw("capex_momentum_persistence"),
            "capex_reversion": draw("capex_reversion"),
            "capex_bearable": draw("capex_bearable_share"),
            "capex_frozen": draw("capex_frozen"),
            "unexplained_mean": estimated("unexplained_mean", "unexplained level"),
            "unexplained_sd": pooled("unexplained_deviation"),
            "short_debt_sd": pooled("short_debt_deviation"),
            "tax_rate": draw("cash_tax_rate"),
            "cash_spread": draw("cash_yield_spread"),
            "base_yield": self.estimates["base_yield"].value + np.zeros_like(sold),
            "rate_sd": pooled("rate_deviation"),
            "rate_reversion": draw("rate_reversion"),
            "rate_shift": draw("rate_shift"),
            "spread": np.maximum(
                self.estimates["credit_spread"].value + draw("credit_spread_error") * own("credit spread"), 0
            ),
            "spread_leverage": draw("credit_spread_per_leverage"),
            "spread_multiplier": draw("credit_spread_multiple"),
            "credit_sd": draw("credit_common_deviation"),
            "credit_ar": draw("credit_common_persistence"),
            "floor_months": draw("liquidity_floor_months"),
            "target_months": draw("liquidity_target_months"),
            "adjustment": draw("funding_adjustment"),
            "prefunding": draw("prefunding_share"),
            "issue_size": draw("bond_issue_size"),
            "discount_share": draw("bond_discount"),
            "discount_written": 1 / _quarters(draw("unlisted_debt_life_years")),
            "leverage_limit": draw("leverage_limit"),
            "vehicle_share": draw("vehicle_share"),
            "vehicle_limit": draw("vehicle_limit"),
            "vehicle_rate": draw("vehicle_yield"),
            "divestment_share": draw("divestment_share"),
            "divestment_limit": draw("divestment_limit") * self.opening["property_and_equipment_net"],
            "buyback_share": draw("buyback_share"),
            "buyback_flexibility": draw("buyback_flexibility"),
            "buyback_plan": self.estimates["buybacks_of_cash_flow"].value * draw("buyback_pace"),
            "equity_limit": draw("equity_limit") * revenue_year,
            "capex_flexibility": draw("capex_flexibility"),
            "dividend_growth": draw("dividend_growth"),
            "lease_scale": self.assumed("lease_start_years") / draw("lease_start_years"),
            "lease_rate": draw("lease_rate"),
            "lease_principal_share": self._lease_principal_share(per_quarter / draw("lease_remaining_years")),
        }
        recent = self.estimates["growth_recent"]
        values["growth_excess"] = (
            recent.value + draw("growth_recent_error") * own("recent growth") - values["growth_long"]
        )
        return values


def _quarters(years: FloatArray) -> FloatArray:
    return np.clip(QUARTERS * years, 1, LONGEST_LIFE)
