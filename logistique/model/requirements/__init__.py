"""Side requirements: every one is a named linear row over the decisions of a problem."""

from logistique.model.requirements.budget import budget
from logistique.model.requirements.count import count, exclusive
from logistique.model.requirements.coverage import coverage
from logistique.model.requirements.emissions import emissions
from logistique.model.requirements.quorum import quorum
from logistique.model.requirements.row import Requirement

__all__ = ["Requirement", "budget", "count", "coverage", "emissions", "exclusive", "quorum"]
