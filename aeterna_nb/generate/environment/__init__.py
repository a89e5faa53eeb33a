"""The environment variables of containers: what is declared of each, and what the answers make of it."""
