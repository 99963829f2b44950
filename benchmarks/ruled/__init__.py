"""Large two-level problems with the rules of a pact: how near to a proof each way of solving comes."""
