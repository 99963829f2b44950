"""Classical siting problems on arrays, one call each, with a proved bound."""
