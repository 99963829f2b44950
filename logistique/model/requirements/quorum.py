"""Mean acceptance of the sites that open."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from logistique.model.requirements.row import Requirement, refuse


def quorum(
    name: str,
    acceptance: ArrayLike,
    share: float,
    *,
    n_storages: int,
    words: str = "",
) -> Requirement:
    """Require that the mean acceptance of opened depot options is at least ``share``.

    Row: Σ (acceptance_o − share) y_o ≥ 0, which is the mean condition multiplied by the
    number of open sites, hence linear; a plan that opens nothing satisfies it.

    Parameters
    ----------
    name : str
        Unique name of the requirement.
    acceptance : (m,) float
        Weighted share of actors that accept the option, between 0 and 1.
    share : float
        Least mean acceptance, between 0 and 1.
    n_storages : int
        p of the problem.
    words : str, optional
        Sentence shown to the user.

    Raises
    ------
    InvalidInputError
        If the share or an acceptance is outside [0, 1] or NaN.
    """
    accepted = np.asarray(acceptance, dtype=float)
    if not 0.0 <= share <= 1.0:
        raise refuse(name, f"share {share!r} is not between 0 and 1", "write 60 % as 0.6")
    wrong = np.flatnonzero(~((accepted >= 0) & (accepted <= 1)))
    if wrong.size:
        raise refuse(
            name,
            f"acceptance of option number {wrong[0]} is {accepted[wrong[0]]!r}, not in 0..1",
            "give each acceptance as a share between 0 and 1",
        )
    return Requirement(
        name=name,
        kind="quorum",
        words=words or f"mean acceptance of opened sites is at least {100 * share:g} % ({name})",
        unit="site shares",
        option=accepted - share,
        storage=np.zeros(n_storages),
        lower=0.0,
    )
