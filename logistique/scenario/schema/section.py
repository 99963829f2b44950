"""The base of every section, and how a default says where it comes from."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Grade = Literal["observed", "derived", "assumed"]


class Section(BaseModel):
    """A frozen section: unknown keys are refused, numbers must be finite."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True
    )


def given(default: Any, grade: Grade, source: str, **constraints: Any) -> Any:
    """Declare a default together with its evidence grade and source.

    Parameters
    ----------
    default : Any
        The value used when the scenario is silent.
    grade : {"observed", "derived", "assumed"}
        How well the value is known.
    source : str
        Where it comes from, in words or as a reference.
    **constraints
        Passed on to :func:`pydantic.Field` (``ge``, ``le``, ...).
    """
    return Field(default, json_schema_extra={"x-grade": grade, "x-source": source}, **constraints)


def choice(default: Any, **constraints: Any) -> Any:
    """Declare a default that is a decision of the user, not a fact about the world."""
    return Field(default, json_schema_extra={"x-grade": "decision"}, **constraints)
