"""Facts about the Métropole du Grand Paris and the offline road network built from them."""
