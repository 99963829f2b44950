"""A run: everything one walk through all stages produced, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from logistique.display import fact_table

if TYPE_CHECKING:
    from logistique.costs.table import CostTable
    from logistique.demand import Demand
    from logistique.evaluation.gain import Gain
    from logistique.evaluation.routing import RoutingOutcome
    from logistique.evaluation.today import Today
    from logistique.evaluation.traffic import TrafficOutcome
    from logistique.evaluation.verify import Verification
    from logistique.findings import Finding
    from logistique.model.plan import Plan
    from logistique.model.problem import Problem
    from logistique.model.progress import Progress
    from logistique.scenario.scenario import InputFile, Scenario
    from logistique.sites import Sites


@dataclass(frozen=True)
class NetworkFacts:
    """What a report says about the road network.

    Parameters
    ----------
    source : str
        Where it comes from, in words.
    nodes, arcs : int
        Size, without the attached sites.
    period : str
        Whose speeds were used: ``free``, ``night`` or ``day``.
    length_km : float
        Sum of the lengths of the directed arcs.
    """

    source: str
    nodes: int
    arcs: int
    period: str
    length_km: float


@dataclass(frozen=True, eq=False)
class Run:
    """The result of a scenario.

    Parameters
    ----------
    scenario : Scenario
        The resolved input.
    demand : Demand
        n consumers in z zones.
    sites : Sites
        k depot sites, m options, p storage zones.
    costs : CostTable
        (n, k) and (p, k) burdens.
    problem : Problem
        The question that was solved.
    plan : Plan
        The answer.
    verification : Verification
        Independent check of feasibility and objective.
    network : NetworkFacts
        The road network in figures.
    today : Today or None
        Today's deliveries; None when ``baseline.enabled`` is false.
    gain : Gain or None
        Split of the gain from today to the plan; None without today.
    boundaries : InputFile or None
        File of real commune outlines, when one is used.
    findings : tuple of Finding
        Warnings of all stages after the load (those of the load are in the scenario).
    timings : mapping of str to float
        Seconds by stage: ``load_s``, ``network_s``, ``costs_s``, ``solve_s``, ...
    versions : mapping of str to str
        Versions of the program and its libraries.
    command : str
        The command that repeats the run.
    trace : tuple of Progress
        What the solver told while it ran, in order.
    traffic : TrafficOutcome or None
        What the traffic says; None when ``traffic.mode`` is off.
    routing : RoutingOutcome or None
        What routing the stops says; None when ``routing.check`` is off. The scenario then holds
        the corrections of the surrogate the plan was chosen by.
    """

    scenario: Scenario
    demand: Demand
    sites: Sites
    costs: CostTable
    problem: Problem
    plan: Plan
    verification: Verification
    network: NetworkFacts
    today: Today | None = None
    gain: Gain | None = None
    boundaries: InputFile | None = None
    findings: tuple[Finding, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    trace: tuple[Progress, ...] = ()
    traffic: TrafficOutcome | None = None
    routing: RoutingOutcome | None = None

    @property
    def objective(self) -> float:
        """Cost of the plan of the certificate, EUR per day; delay included where it is priced."""
        return self.plan.objective if self.traffic is None else self.traffic.objective

    @property
    def lower_bound(self) -> float:
        """No plan costs less than this; delay included where it is priced."""
        return self.plan.lower_bound if self.traffic is None else self.traffic.lower_bound

    @property
    def gap(self) -> float:
        """Proved relative gap between the two."""
        return self.plan.gap if self.traffic is None else self.traffic.gap

    @property
    def target_gap_percent(self) -> float:
        """Proved gap that was asked for, percent."""
        settings = self.scenario.settings
        return settings.solve.gap_percent if self.traffic is None else 100 * self.traffic.target_gap

    def _repr_html_(self) -> str:
        """Show the run in a notebook: how sure the plan is, and what it opens."""
        sites, plan = self.sites, self.plan
        depots = sorted({int(sites.option_site[k]) for k in plan.open_option.nonzero()[0]})
        storages = plan.open_storage.nonzero()[0]
        bound = f"{self.lower_bound:,.0f}" if self.gap < float("inf") else "none proved"
        gap = f"{100 * self.gap:.3f} %" if self.gap < float("inf") else "–"
        return fact_table(
            f"Run of {self.scenario.settings.scenario.id}",
            (
                ("title", self.scenario.settings.scenario.title),
                ("variant", self.scenario.variant or "–"),
                ("termination", plan.termination.value),
                ("cost (EUR/day)", f"{self.objective:,.0f}"),
                ("proved bound (EUR/day)", bound),
                ("gap", gap),
                ("verified independently", "yes" if self.verification.ok else "NO"),
                ("parcels per day", f"{self.demand.parcels.sum():,.0f}"),
                (f"depots open ({len(depots)})", ", ".join(sites.depots[k].name for k in depots)),
                (
                    f"storage zones open ({len(storages)})",
                    ", ".join(sites.storages[int(k)].name for k in storages),
                ),
                ("figures", "logistique.tables(run); maps and charts: logistique.plotting"),
            ),
        )
