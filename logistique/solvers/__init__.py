"""Methods that turn a problem into a plan with a proved bound."""
