"""How traffic in equilibrium may move between the links its trips use already."""

from __future__ import annotations

import numpy as np
from numba import njit

from logistique.traffic.bush_kernels import (
    Bushes,
    Commodities,
    FloatArray,
    Int32Array,
    IntArray,
    Scratch,
    load,
    unload,
)
from logistique.traffic.path_kernels import LinkArrays


@njit(cache=True)
def shifts(
    g: LinkArrays, q: Commodities, b: Bushes, w: Scratch, least_share: float
) -> tuple[IntArray, Int32Array, FloatArray]:
    """List the elementary shifts of traffic within the bushes.

    One for every used link into a merge but the one with the largest share: one unit less on the
    path that leads over that one, one more on the path over the other, both from where they part
    and along the largest shares. Together they span all changes of link flows that keep every
    trip on links its bush uses.

    Parameters
    ----------
    least_share : float
        Links with a smaller share of a node's flow are not looked at.

    Returns
    -------
    first : (shifts + 1,) int
        Entries of shift i are ``first[i]:first[i + 1]``.
    link : int32
    change : float
        1 or −1.
    """
    first = np.zeros(b.link.size + 2, dtype=np.int64)
    link = np.empty(4 * b.link.size + 64, dtype=np.int32)
    change = np.empty(4 * b.link.size + 64)
    count = 0
    size = 0
    for k in range(q.origin.size):
        if b.merge[k] == b.merge[k + 1]:
            continue
        load(g, q, b, k, w)
        main = w.tree
        for p in range(b.used[k]):
            j = b.order[k, p]
            w.place[j] = p
            main[j] = b.pred[k, j]
            if main[j] <= -2:
                m = b.merge[k] - 2 - main[j]
                best = b.first[m]
                for i in range(b.first[m], b.first[m + 1]):
                    if b.share[i] > b.share[best]:
                        best = i
                main[j] = b.link[best]
        for p in range(1, b.used[k]):
            j = b.order[k, p]
            e = b.pred[k, j]
            if e >= 0:
                continue
            m = b.merge[k] - 2 - e
            for i in range(b.first[m], b.first[m + 1]):
                e = b.link[i]
                if e == main[j] or b.share[i] < least_share or w.through[j] < least_share:
                    continue
                if size + 2 * b.used[k] + 2 > link.size:
                    more = np.empty(2 * size + 4 * b.used[k], dtype=np.int32)
                    more[:size] = link[:size]
                    link = more
                    real = np.empty(more.size)
                    real[:size] = change[:size]
                    change = real
                f = main[j]
                link[size] = e
                change[size] = 1.0
                link[size + 1] = f
                change[size + 1] = -1.0
                size += 2
                x = g.tail[e]
                y = g.tail[f]
                while x != y:
                    ahead = w.place[x] > w.place[y]
                    e = main[x] if ahead else main[y]
                    link[size] = e
                    change[size] = 1.0 if ahead else -1.0
                    size += 1
                    if ahead:
                        x = g.tail[e]
                    else:
                        y = g.tail[e]
                count += 1
                first[count] = size
        unload(b, k, w)
    return first[: count + 1], link[:size], change[:size]
