"""Storages feed sites, sites serve customers: the shared core of the two-stage questions."""
