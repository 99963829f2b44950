"""Which column of the linear model stands for which decision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistique.model.arcs import usable_feeds, usable_services
from logistique.model.problem import Problem

IntArray = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Columns:
    """Layout ``[y | site open | z | x arcs | w arcs | shortfalls]`` of the variables.

    Parameters
    ----------
    m, k, p : int
        Options, sites and storage zones of the problem.
    consumer, site : (a,) int
        Ends of the service arcs, in consumer order.
    feed_storage, feed_site : (b,) int
        Ends of the feed arcs.
    short_requirement, short_sign : (h,) int
        Requirement of each shortfall column; +1 helps the lower bound, −1 the upper one.
    unit : float
        Demand units in one unit of flow inside the model, to keep coefficients near one.
    """

    m: int
    k: int
    p: int
    consumer: IntArray
    site: IntArray
    feed_storage: IntArray
    feed_site: IntArray
    short_requirement: IntArray
    short_sign: IntArray
    unit: float

    @classmethod
    def of(cls, problem: Problem) -> Columns:
        """Lay out the decisions a plan of this problem can use."""
        consumer, site = np.nonzero(usable_services(problem))
        feed_storage, feed_site = np.nonzero(usable_feeds(problem))
        requirement, sign = _shortfalls(problem)
        positive = problem.demand[problem.demand > 0]
        return cls(
            m=problem.n_options,
            k=problem.n_sites,
            p=problem.n_storages,
            consumer=consumer,
            site=site,
            feed_storage=feed_storage,
            feed_site=feed_site,
            short_requirement=requirement,
            short_sign=sign,
            unit=float(positive.mean()) if positive.size else 1.0,
        )

    @property
    def open_site(self) -> int:
        """First column of the site-open decisions."""
        return self.m

    @property
    def storage(self) -> int:
        """First column of the storage decisions."""
        return self.m + self.k

    @property
    def zones(self) -> slice:
        """Columns of the storage decisions."""
        return slice(self.storage, self.service)

    @property
    def service(self) -> int:
        """First column of the service arcs."""
        return self.storage + self.p

    @property
    def feed(self) -> int:
        """First column of the feed arcs."""
        return self.service + self.consumer.size

    @property
    def shortfall(self) -> int:
        """First column of the priced shortfalls."""
        return self.feed + self.feed_storage.size

    @property
    def size(self) -> int:
        """Number of columns."""
        return self.shortfall + self.short_sign.size


def _shortfalls(problem: Problem) -> tuple[IntArray, IntArray]:
    pairs = [
        (number, sign)
        for number, requirement in enumerate(problem.requirements)
        if not requirement.hard
        for sign, bound in ((1, requirement.lower), (-1, requirement.upper))
        if np.isfinite(bound)
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]
