"""What one more trip costs everybody when all drivers choose their routes anew.

In user equilibrium let v be the flows, t the times and t′ their derivatives, and let U be the
space of changes of link flows that keep every trip on links it uses already. One more trip on a
path p changes the flows by ξ = p + u with u ∈ U such that no difference in time appears between
used paths: ⟨t′ξ, w⟩ = 0 for all w ∈ U. The total time Σ v t then changes by ⟨t + v t′, ξ⟩. With x
the flow of least Σ t′ x² in v + U this is ::

    ⟨π, p⟩   with   π = t + t′ x

the same on all used paths of a pair of zones, whichever p is (adjoint of the sensitivity analysis
of Tobin and Friesz, Transportation Science 22 (1988) 242–250; ⟨t, w⟩ = 0 for w ∈ U). Where routes
are fixed, U = {0}, x = v and π is the marginal social cost; in Braess's network π can be below t.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array
from scipy.sparse.linalg import lsmr

from logistique.traffic.bush_kernels import scratch
from logistique.traffic.equilibrium_result import Equilibrium
from logistique.traffic.sensitivity_kernels import shifts
from logistique.traffic.volume_delay import VolumeDelay

FloatArray = NDArray[np.float64]

LEAST_SHARE = 1e-7
"""Links with a smaller share of a node's flow count as not used."""


def rerouting_prices(
    found: Equilibrium, delay: VolumeDelay, *, precision: float = 1e-4
) -> FloatArray:
    """Price of every link, (m,), whose sum over a quickest path is what one more trip costs all.

    Parameters
    ----------
    found : Equilibrium
        Objective ``"user"``; the smaller its gap the better. To first order, and where links
        without flow stay so.
    delay : VolumeDelay
        The functions it was found with.
    precision : float
        Of the least squares, relative.

    Returns
    -------
    (m,) float
        Time per passenger-car unit; may be negative.
    """
    network, state = found.state.network, found.state
    layout = network.layout
    work = scratch(network.n_nodes, network.n_links)
    first, link, change = shifts(layout.links, state.commodities, state.bushes, work, LEAST_SHARE)
    slope = delay.derivative(found.load)
    still = found.load[layout.link]
    root = np.sqrt(slope[layout.link])
    if first.size > 1:
        basis = csc_array((change * root[link], link, first), shape=(root.size, first.size - 1))
        norm = np.sqrt(np.asarray(basis.multiply(basis).sum(axis=0)).ravel())
        moves = norm > 0
        basis = csc_array(basis[:, moves] * (1.0 / norm[moves]))
        amount = lsmr(basis, root * still, atol=precision, btol=precision, maxiter=2000)[0]
        rest = root * still - basis @ amount
    else:
        rest = root * still
    price = np.empty_like(still)
    price[layout.link] = root * rest
    return found.time + price
