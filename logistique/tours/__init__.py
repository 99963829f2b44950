"""Tours of the vehicles of one depot, routed for real: two independent solvers behind one protocol."""
