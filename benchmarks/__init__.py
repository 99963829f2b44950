"""Measurements of logistique and its peers on public and generated instances.

``python -m benchmarks run | report | compare``; see ``benchmarks/README.md``. This package may
import ``logistique``, never the reverse.
"""
