"""Readers: one per kind of source, all ending in :class:`~logistique.network.streets.Streets`."""
