"""Container engines on this machine, through the programs `docker` and `docker compose`."""
