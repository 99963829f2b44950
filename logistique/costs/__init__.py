"""From demand, sites and roads to EUR, km, hours and grams per day."""
