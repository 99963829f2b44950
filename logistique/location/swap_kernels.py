"""Fast interchange for medians: the two nearest open sites of each customer, kept up to date.

Whitaker's fast interchange as organised by Hansen and Mladenović (1997) and refined by Resende
and Werneck (2007): inserting j and removing r changes the cost by

    loss(r) − gain(j) − extra(j, r),

where only customers with d_ij below their second nearest open distance contribute to gain and
extra. A customer without a listed open site costs ``far[i]``.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Int32Array = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


@njit(cache=True)
def locate_all(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    far: FloatArray,
    is_open: BoolArray,
    first: Int32Array,
    second: Int32Array,
    d1: FloatArray,
    d2: FloatArray,
) -> None:
    """Fill nearest and second nearest open site (−1: none listed) and their distances."""
    for i in range(start.size - 1):
        _locate(i, start, site, length, far, is_open, first, second, d1, d2)


@njit(cache=True)
def _locate(
    i: int,
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    far: FloatArray,
    is_open: BoolArray,
    first: Int32Array,
    second: Int32Array,
    d1: FloatArray,
    d2: FloatArray,
) -> None:
    first[i] = -1
    second[i] = -1
    d1[i] = far[i]
    d2[i] = far[i]
    for e in range(start[i], start[i + 1]):
        if is_open[site[e]]:
            if first[i] < 0:
                first[i] = site[e]
                d1[i] = length[e]
            else:
                second[i] = site[e]
                d2[i] = length[e]
                return


@njit(cache=True)
def removal_losses(
    weight: FloatArray, first: Int32Array, d1: FloatArray, d2: FloatArray, loss: FloatArray
) -> None:
    """Fill the cost of removing each open site, opening costs aside."""
    loss[:] = 0.0
    for i in range(weight.size):
        if first[i] >= 0:
            loss[first[i]] += weight[i] * (d2[i] - d1[i])


@njit(cache=True)
def gain_and_extra(
    j: int,
    site_start: IntArray,
    site_customer: Int32Array,
    site_length: FloatArray,
    weight: FloatArray,
    first: Int32Array,
    d1: FloatArray,
    d2: FloatArray,
    extra: FloatArray,
    touched: Int32Array,
) -> tuple[float, int]:
    """Cost saved by opening j; ``extra`` gets what each removal loses less once j is open."""
    gain = 0.0
    count = 0
    for e in range(site_start[j], site_start[j + 1]):
        i = site_customer[e]
        d = site_length[e]
        if d < d2[i]:
            r = first[i]
            if d < d1[i]:
                gain += weight[i] * (d1[i] - d)
                back = weight[i] * (d2[i] - d1[i])
            else:
                back = weight[i] * (d2[i] - d)
            if r >= 0:
                if extra[r] == 0.0:
                    touched[count] = r
                    count += 1
                # A tiny amount marks the site as touched even where weights are zero.
                extra[r] += back + 1e-300
    return gain, count


@njit(cache=True)
def exchange(
    insert: int,
    remove: int,
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    far: FloatArray,
    site_start: IntArray,
    site_customer: Int32Array,
    site_length: FloatArray,
    weight: FloatArray,
    is_open: BoolArray,
    first: Int32Array,
    second: Int32Array,
    d1: FloatArray,
    d2: FloatArray,
    loss: FloatArray,
) -> None:
    """Open ``insert`` and close ``remove`` (either may be −1)."""
    if insert >= 0:
        is_open[insert] = True
        for e in range(site_start[insert], site_start[insert + 1]):
            i = site_customer[e]
            d = site_length[e]
            if d < d2[i]:
                if first[i] >= 0:
                    loss[first[i]] -= weight[i] * (d2[i] - d1[i])
                if d < d1[i]:
                    second[i] = first[i]
                    d2[i] = d1[i]
                    first[i] = insert
                    d1[i] = d
                else:
                    second[i] = insert
                    d2[i] = d
                loss[first[i]] += weight[i] * (d2[i] - d1[i])
    if remove >= 0:
        is_open[remove] = False
        for e in range(site_start[remove], site_start[remove + 1]):
            i = site_customer[e]
            if first[i] == remove or second[i] == remove:
                if first[i] >= 0:
                    loss[first[i]] -= weight[i] * (d2[i] - d1[i])
                _locate(i, start, site, length, far, is_open, first, second, d1, d2)
                if first[i] >= 0:
                    loss[first[i]] += weight[i] * (d2[i] - d1[i])
        loss[remove] = 0.0


@njit(cache=True)
def _least_missed(
    stack: IntArray, count: int, fixed: BoolArray, loss: FloatArray, opening: FloatArray
) -> int:
    """Open site whose removal costs least, −1 if all are fixed."""
    least = -1
    for s in range(count):
        r = stack[s]
        if not fixed[r] and (least < 0 or loss[r] - opening[r] < loss[least] - opening[least]):
            least = r
    return least


@njit(cache=True)
def _removal(
    cheapest: int,
    fixed: BoolArray,
    loss: FloatArray,
    opening: FloatArray,
    extra: FloatArray,
    touched: Int32Array,
    n_touched: int,
) -> tuple[int, float]:
    """Site to remove for the one inserted and what that loses; clears ``extra``.

    Sites that are not touched lose at least as much as the cheapest one, so only it and the
    touched ones need a look.
    """
    best = cheapest
    least = np.inf
    if cheapest >= 0:
        least = loss[cheapest] - opening[cheapest] - extra[cheapest]
    for s in range(n_touched):
        r = touched[s]
        if not fixed[r] and loss[r] - opening[r] - extra[r] < least:
            best = r
            least = loss[r] - opening[r] - extra[r]
        extra[r] = 0.0
    return best, least


@njit(cache=True)
def interchange(
    start: IntArray,
    site: Int32Array,
    length: FloatArray,
    far: FloatArray,
    site_start: IntArray,
    site_customer: Int32Array,
    site_length: FloatArray,
    weight: FloatArray,
    opening: FloatArray,
    fixed: BoolArray,
    lowest: int,
    highest: int,
    candidates: IntArray,
    is_open: BoolArray,
    moves: int,
) -> tuple[float, int]:
    """Improve a set of open sites by swaps, openings and closings until none helps.

    Parameters
    ----------
    start, site, length, site_start, site_customer, site_length
        Near lists.
    far : (n,) float
        Cost of a customer none of whose listed sites is open.
    weight, opening : (n,), (m,) float
        Weights of customers, opening costs of sites.
    fixed : (m,) bool
        Open sites that stay open.
    lowest, highest : int
        Bounds on the number of open sites.
    candidates : (k,) int
        Sites that may be opened, in the order in which they are tried.
    is_open : (m,) bool
        Changed in place.
    moves : int
        Largest number of moves.

    Returns
    -------
    float, int
        Cost of the result, number of moves made.
    """
    n, m = weight.size, opening.size
    first = np.empty(n, dtype=np.int32)
    second = np.empty(n, dtype=np.int32)
    d1 = np.empty(n)
    d2 = np.empty(n)
    loss = np.zeros(m)
    extra = np.zeros(m)
    touched = np.empty(m, dtype=np.int32)
    locate_all(start, site, length, far, is_open, first, second, d1, d2)
    removal_losses(weight, first, d1, d2, loss)
    stack = np.empty(m, dtype=np.int64)
    place = np.full(m, -1, dtype=np.int64)
    count = 0
    for j in range(m):
        if is_open[j]:
            stack[count], place[j] = j, count
            count += 1
    done = 0
    scale = 1e-12 * max(1.0, np.sum(weight * d1))
    cheapest = -1
    stale = True
    idle = 0
    k = 0
    while candidates.size > 0 and idle < candidates.size and done < moves:
        j = candidates[k]
        k = (k + 1) % candidates.size
        idle += 1
        if is_open[j]:
            continue
        if stale:
            cheapest = _least_missed(stack, count, fixed, loss, opening)
            stale = False
        gain, n_touched = gain_and_extra(
            int(j), site_start, site_customer, site_length, weight, first, d1, d2, extra, touched
        )
        best, best_loss = _removal(cheapest, fixed, loss, opening, extra, touched, n_touched)
        swap = best_loss + opening[j] - gain if best >= 0 else np.inf
        add = opening[j] - gain if count < highest else np.inf
        if min(swap, add) >= -scale:
            continue
        insert, remove = j, best
        if add <= swap:
            remove = -1
        exchange(
            insert,
            remove,
            start,
            site,
            length,
            far,
            site_start,
            site_customer,
            site_length,
            weight,
            is_open,
            first,
            second,
            d1,
            d2,
            loss,
        )
        if remove >= 0:
            stack[place[remove]] = insert
            place[insert] = place[remove]
            place[remove] = -1
        else:
            stack[count] = insert
            place[insert] = count
            count += 1
        # Closings that have begun to pay.
        while count > lowest:
            worst = _least_missed(stack, count, fixed, loss, opening)
            if worst < 0 or loss[worst] - opening[worst] >= -scale:
                break
            exchange(
                -1,
                worst,
                start,
                site,
                length,
                far,
                site_start,
                site_customer,
                site_length,
                weight,
                is_open,
                first,
                second,
                d1,
                d2,
                loss,
            )
            count -= 1
            last = stack[count]
            stack[place[worst]] = last
            place[last] = place[worst]
            place[worst] = -1
        done += 1
        idle = 0
        stale = True
    cost = 0.0
    for i in range(n):
        cost += weight[i] * d1[i] if first[i] >= 0 else np.inf
    for s in range(count):
        cost += opening[stack[s]]
    return cost, done
