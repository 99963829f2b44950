"""logistique: urban logistics hubs for the Métropole du Grand Paris, with a proved gap."""

__version__ = "0.1.0"
