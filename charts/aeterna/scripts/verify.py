"""Restore the newest dump into a database server that lives only for this, and look whether tables are in it."""

import os
import subprocess
import sys

from stores import dumps, store

work = os.environ["WORK"]
data, path = os.path.join(work, "data"), os.path.join(work, "newest.dump")
place = store()
known = dumps(place)
if not known:
    sys.exit("There is no backup to verify.")
place.download(known[-1], path)

scratch = {**{key: value for key, value in os.environ.items() if not key.startswith("PG")}, "PGHOST": work}
scratch |= {"PGUSER": "aeterna", "PGDATABASE": "aeterna"}


def run(*command):
    """Return what a command prints that knows only the scratch server."""
    return subprocess.run(command, env=scratch, check=True, stdout=subprocess.PIPE, text=True).stdout


run("initdb", "--username=aeterna", "--auth=trust", "--pgdata", data)
run("pg_ctl", "start", "--wait", "--pgdata", data, "--log", os.path.join(work, "log"), "--options", f"-h '' -k {work}")
try:
    run("createdb", "--maintenance-db=postgres", "aeterna")
    run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--dbname=aeterna", path)
    tables = int(run("psql", "--no-psqlrc", "-tAc", "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
finally:
    run("pg_ctl", "stop", "--pgdata", data, "--mode=immediate")
if tables == 0:
    sys.exit(f"{known[-1]} restores to no table at all.")
print(known[-1], "restores to", tables, "tables")
