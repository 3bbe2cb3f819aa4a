"""Live readings from public endpoints, merged into copies of the tables or the tables themselves."""
