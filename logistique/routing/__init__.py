"""Routes: location-routing with one and two levels, tours, and the check of a plan by real routes."""
