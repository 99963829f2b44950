"""Road traffic: volume-delay functions and the equilibrium of cars and goods vehicles."""
