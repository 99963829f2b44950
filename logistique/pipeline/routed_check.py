"""Route the stops of a plan's depots with a real tour solver: samples of them, or all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from logistique.costs.pricer import drops_of
from logistique.costs.travel import Travel, measure_travel
from logistique.errors import InfeasibleError
from logistique.pipeline.plan_patches import StopDrawer, predicted, services_of
from logistique.pipeline.stages import scenario_roads
from logistique.pipeline.stop_ways import streets_of
from logistique.pipeline.tour_fleets import TourFleets
from logistique.pipeline.tour_periods import TourRoads, allotted, tour_periods
from logistique.tours.check import DepotCheck, DepotSample, RoutedPatch, check_depot, drawn_by
from logistique.tours.crew import Task, route_all
from logistique.tours.foreseen import Effort
from logistique.tours.full_trips import with_full_trips
from logistique.tours.patches import Patch, Service
from logistique.tours.question import RoutedTours, TourQuestion
from logistique.tours.sampling import Drawn, draw, joined
from logistique.tours.solvers import SolverName

if TYPE_CHECKING:
    from logistique.costs.table import CostTable
    from logistique.demand import Demand
    from logistique.evaluation.run import Run
    from logistique.model.plan import Plan
    from logistique.network.graph import RoadGraph
    from logistique.network.roads import RoadNetwork
    from logistique.scenario.scenario import Scenario
    from logistique.scenario.schema.money import ToursSection
    from logistique.sites import Sites
    from logistique.tours.foreseen import Ways

IntArray = NDArray[np.int64]
Told = Callable[[int, int], None]

MOST_PASSES = 3
"""A depot whose difference may be on either side of the limit is sampled up to so many times."""


@dataclass(frozen=True)
class Sampling:
    """How the check is made.

    Parameters
    ----------
    patches : int or None
        Drawn of each depot; None: all stops are routed.
    trips : int
        Full trips of a patch, about.
    iterations : int
        Of the tour solver for each patch.
    limit_percent : float
        Difference of kilometres that matters.
    seed : int
        Of stops, samples and tours.
    solver : {"pyvrp", "ortools"}
    processes : int
    mixed : bool
        Whether each group of stops is offered all vehicles of its depot that may serve it, not
        only the one the plan chose.
    """

    patches: int | None = 4
    trips: int = 4
    iterations: int = 200
    limit_percent: float = 5.0
    seed: int = 0
    solver: SolverName = "pyvrp"
    processes: int = 2
    mixed: bool = False


@dataclass(frozen=True, eq=False)
class Answer:
    """A routed patch with its question."""

    question: TourQuestion
    tours: RoutedTours
    driven: Effort


@dataclass(frozen=True, eq=False)
class Checked:
    """A plan's depots, checked.

    Parameters
    ----------
    samples : tuple of DepotSample
        Of the depots that were reached before an interrupt; all of them without one.
    answers : tuple of tuple of Answer
        For each draw of each sample.
    periods : tuple of str
        Names of the periods the tours drive in, as the patches number them.
    interrupted : bool
    """

    samples: tuple[DepotSample, ...]
    answers: tuple[tuple[Answer, ...], ...]
    periods: tuple[str, ...]
    interrupted: bool = False

    @property
    def depots(self) -> tuple[DepotCheck, ...]:
        """Predicted against routed for each depot."""
        return tuple(check_depot(sample) for sample in self.samples)


@dataclass(frozen=True, eq=False)
class _Depot:
    """All patches of a depot before any is routed."""

    service: Service
    patches: tuple[Patch, ...]
    foreseen: tuple[Effort, ...]
    predicted: tuple[Effort, ...]
    keys: tuple[bytes, ...]

    def drawn(self, sampling: Sampling, again: int) -> Drawn:
        """Draw patches; ``again`` numbers the draws."""
        count = len(self.patches) if sampling.patches is None else sampling.patches
        size = drawn_by(self.patches, self.foreseen)
        rng = np.random.default_rng([sampling.seed, self.service.depot, again])
        return draw(size, count, rng)


class TourCheck:
    """Checks plans of one scenario; what was routed for one plan serves the next.

    Parameters
    ----------
    scenario : Scenario
        As first asked: stops are cut by its surrogate, whatever is corrected later.
    demand : Demand
    sites : Sites
    roads : RoadGraph or RoadNetwork
    travel : Travel
        Between the zones of the demand and the depots.
    sampling : Sampling
    """

    def __init__(
        self,
        scenario: Scenario,
        demand: Demand,
        sites: Sites,
        roads: RoadGraph | RoadNetwork,
        travel: Travel,
        sampling: Sampling,
    ) -> None:
        self._settings, self._vehicles = scenario.settings, scenario.tables.vehicles
        self._sites, self._sampling = sites, sampling
        self.drops = drops_of(demand, scenario.settings.network)
        streets = streets_of(roads)
        self._drawer = StopDrawer(demand, self.drops, streets, sites.depots, sampling.seed)
        self._names = demand.consumer_id
        self.periods = tour_periods(scenario, demand, sites, roads, travel, self._drawer.middle_km)
        self._tour_roads = TourRoads(self.periods, roads, demand, sites, scenario)
        self._fleets = TourFleets(scenario, demand, sites, travel) if sampling.mixed else None
        self._answers: dict[bytes, Answer] = {}

    def __call__(
        self, plan: Plan, costs: CostTable, tours: ToursSection, progress: Told | None = None
    ) -> Checked:
        """Draw, route, compare.

        Parameters
        ----------
        plan : Plan
        costs : CostTable
            The plan was chosen by.
        tours : ToursSection
            The surrogate these costs came from.
        progress : callable, optional
            Told how many patches are routed, of how many.

        Raises
        ------
        InfeasibleError, NoSolutionError
            When a stop is out of reach of its vehicle; when no tours were found.
        """
        depots = self._depots(plan, costs, tours)
        drawn = [depot.drawn(self._sampling, 0) for depot in depots]
        interrupted = self._route(depots, drawn, progress)
        for again in range(1, MOST_PASSES):
            if interrupted:
                break
            unsure = [
                n
                for n, (depot, own) in enumerate(zip(depots, drawn, strict=True))
                if self._unsure(check_depot(self._sample(depot, own)))
            ]
            if not unsure:
                break
            for n in unsure:
                drawn[n] = joined(drawn[n], depots[n].drawn(self._sampling, again))
            interrupted = self._route(depots, drawn, progress)
        done = [
            (depot, own)
            for depot, own in zip(depots, drawn, strict=True)
            if all(depot.keys[p] in self._answers for p in own.patch.tolist())
        ]
        return Checked(
            tuple(self._sample(depot, own) for depot, own in done),
            tuple(
                tuple(self._answers[depot.keys[p]] for p in own.patch.tolist())
                for depot, own in done
            ),
            tuple(period.name for period in self.periods),
            interrupted,
        )

    def _depots(self, plan: Plan, costs: CostTable, tours: ToursSection) -> list[_Depot]:
        services = services_of(plan, costs, self.drops, self._settings.tours)
        cut_up = self._drawer.patches(
            services, self._sampling.trips, own_only=self._sampling.patches is None
        )
        planned = {
            service.depot: self._planned(service, cut_up[service.depot]) for service in services
        }
        flat = [patch for service in services for patch in planned[service.depot]]
        ways = self._tour_roads.ways(flat)
        foreseen = self._tour_roads.foresee(flat, ways, tours)
        self._refuse_unreachable(flat, ways, foreseen)
        found, start = [], 0
        for service in services:
            patches = planned[service.depot]
            own = slice(start, start := start + len(patches))
            found.append(
                _Depot(
                    service,
                    patches,
                    tuple(foreseen[own]),
                    predicted(service, costs, self.drops, tours),
                    tuple(_key(patch) for patch in patches),
                )
            )
        return found

    def _planned(self, service: Service, patches: Sequence[Patch]) -> tuple[Patch, ...]:
        """Give the patches of a depot their periods and further vehicles."""
        rng = np.random.default_rng([self._sampling.seed, service.depot])
        shares = [period.share for period in self.periods]
        consumer = np.array([patch.consumer for patch in patches], dtype=np.int64)
        period = allotted(consumer, shares, rng.random())
        used = np.unique(service.vehicle).tolist()
        return tuple(
            replace(
                patch,
                period=int(own),
                others=() if self._fleets is None else self._fleets.others(patch, used),
            )
            for patch, own in zip(patches, period, strict=True)
        )

    def _refuse_unreachable(
        self, patches: Sequence[Patch], ways: Ways, foreseen: Sequence[Effort]
    ) -> None:
        """Say which stops of the plan its vehicles cannot serve from where they are."""
        beyond = [n for n, effort in enumerate(foreseen) if not np.isfinite(effort.km)]
        if beyond:
            first = beyond[0]
            raise InfeasibleError(
                f"{len(beyond)} of {len(patches)} groups of stops are out of reach of the vehicle "
                f"the plan sends (shift, range or no way), first {self._name(patches[first])}, "
                f"{ways.km[first]:.1f} km and {ways.minutes[first]:.0f} min away",
                hint="allow a longer shift (tours.shift_h), a shorter service radius of the "
                "vehicle, or another vehicle",
            )

    def _route(
        self, depots: Sequence[_Depot], drawn: Sequence[Drawn], progress: Told | None
    ) -> bool:
        """Route what was drawn and is not routed yet; whether Ctrl-C broke it off."""
        wanted = {
            depot.keys[p]: (depot, p)
            for depot, own in zip(depots, drawn, strict=True)
            for p in own.patch.tolist()
            if depot.keys[p] not in self._answers
        }
        if not wanted:
            return False
        patches = [depot.patches[p] for depot, p in wanted.values()]
        asked = self._tour_roads.questions(patches)
        tasks = [
            Task(question, self._seed(key), self._name(patch))
            for question, patch, key in zip(asked, patches, wanted, strict=True)
        ]
        sampling = self._sampling
        routed = route_all(
            tasks,
            sampling.solver,
            iterations=sampling.iterations,
            processes=sampling.processes,
            progress=progress,
        )
        for key, question, tours in zip(wanted, asked, routed.tours, strict=True):
            if tours is not None:
                self._answers[key] = Answer(question, tours, with_full_trips(question, tours))
        return routed.interrupted

    def _sample(self, depot: _Depot, drawn: Drawn) -> DepotSample:
        routed = []
        for p in drawn.patch.tolist():
            answer = self._answers[depot.keys[p]]
            patch, foreseen = depot.patches[p], depot.foreseen[p]
            routed.append(RoutedPatch(patch, answer.tours, answer.driven, foreseen))
        return DepotSample(
            depot.service, depot.patches, depot.foreseen, drawn, tuple(routed), depot.predicted
        )

    def _unsure(self, check: DepotCheck) -> bool:
        """Whether twice the standard error leaves open on which side of the limit a depot is."""
        if check.n_patches == check.of_patches:
            return False
        apart = abs(abs(check.km.difference_percent) - self._sampling.limit_percent)
        return not apart >= 2 * check.km.error_percent

    def _seed(self, key: bytes) -> int:
        return (self._sampling.seed + int.from_bytes(key[:4], "big")) % 2**31

    def _name(self, patch: Patch) -> str:
        depot = self._sites.depots[patch.depot].id
        vehicle = self._vehicles[patch.vehicle].id
        return f"tours from depot {depot} with {vehicle} to {self._names[patch.consumer]}"


def _key(patch: Patch) -> bytes:
    """Hash what the answer to a patch depends on."""
    numbers = np.array([patch.depot, patch.period, patch.vehicle, *patch.others])
    content = hashlib.blake2b(numbers.tobytes())
    for array in (patch.x_km, patch.y_km, patch.parcels):
        content.update(np.ascontiguousarray(array).tobytes())
    return content.digest()


def check_by_routes(
    run: Run, sampling: Sampling | None = None, *, progress: Told | None = None
) -> tuple[DepotCheck, ...]:
    """Route the stops of every depot of a plan, or samples of them.

    Parameters
    ----------
    run : Run
    sampling : Sampling, optional
        Four patches of each depot by PyVRP when absent.
    progress : callable, optional
        Told how many patches are routed, of how many.

    Returns
    -------
    tuple of DepotCheck
        One for each depot that serves somebody; fewer after Ctrl-C.

    Raises
    ------
    InfeasibleError
        When a stop is out of reach of the vehicle the plan sends.
    NoSolutionError
        When no tours were found for a patch.
    """
    roads, network = scenario_roads(run.scenario), run.scenario.settings.network
    travel = measure_travel(roads, run.demand.zones, run.sites.depots, (), (), network)
    check = TourCheck(run.scenario, run.demand, run.sites, roads, travel, sampling or Sampling())
    return check(run.plan, run.costs, run.scenario.settings.tours, progress).depots
