import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from logistique.metropole.urban_links import LOCAL_REACH_M, SHRINK, near_pairs, neighbour_pairs

SPOTS = st.lists(
    st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=4, max_size=25, unique=True
)


def spread(spots: list[tuple[int, int]]) -> np.ndarray:
    """Points in general position: shifted so that no four lie on one circle or three in line."""
    shift = np.random.default_rng(0).uniform(-0.3, 0.3, (len(spots), 2))
    return np.array(spots, dtype=float) + shift


@settings(max_examples=100, deadline=None)
@given(SPOTS)
def test_neighbours_hold_the_gabriel_graph_and_join_everything(spots) -> None:
    xy = spread(spots)
    pairs = {tuple(pair) for pair in neighbour_pairs(xy).tolist()}
    n = len(xy)
    for i in range(n):
        for j in range(i + 1, n):
            middle, radius = (xy[i] + xy[j]) / 2, np.hypot(*(xy[i] - xy[j])) / 2
            gap = np.hypot(*(np.delete(xy, [i, j], axis=0) - middle).T).min()
            if gap > radius:
                assert (i, j) in pairs
            if gap < SHRINK * radius:
                assert (i, j) not in pairs
    graph = nx.Graph(list(pairs))
    assert graph.number_of_nodes() == n
    assert nx.is_connected(graph)


def test_near_pairs_by_brute_force() -> None:
    xy = np.random.default_rng(1).uniform(0, 20_000, (12, 2))
    gap = np.hypot(*(xy[:, None] - xy[None, :]).T)
    expected = [[i, j] for i in range(12) for j in range(i + 1, 12) if gap[i, j] <= LOCAL_REACH_M]
    assert near_pairs(xy).tolist() == expected


def test_near_pairs_keep_the_nearest_when_there_are_many() -> None:
    xy = np.column_stack([np.arange(40) * 10.0, np.zeros(40)])
    degree = np.bincount(near_pairs(xy).ravel())
    assert degree.min() >= 16
    assert [0, 16] in near_pairs(xy).tolist()
    assert [0, 17] not in near_pairs(xy).tolist()
