"""Road graphs, their checks, and shortest distances and times on them."""
