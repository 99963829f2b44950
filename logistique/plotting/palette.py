"""Colours of charts, told apart without colour vision (Okabe and Ito 2008)."""

from __future__ import annotations

PLAN = "#0072b2"
NOW = "#a3a7b8"
BETTER = "#009e73"
WORSE = "#d55e00"
BOUND = "#d55e00"
FULL = "#003f66"
