"""Dump the database into object storage, and remove dumps that are older than they need be kept."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

from stores import dumps, store

FORMAT = "%Y%m%dT%H%M%SZ.dump"

now = datetime.now(UTC)
place = store()
path = os.path.join(os.environ["WORK"], "database.dump")
name = os.environ["PREFIX"] + now.strftime(FORMAT)
subprocess.run(["pg_dump", "--format=custom", "--file", path], check=True)
place.upload(path, name)
print("Stored", name, os.path.getsize(path), "bytes")

oldest = now - timedelta(days=int(os.environ["RETENTION_DAYS"]))
for old in dumps(place)[:-1]:
    made = datetime.strptime(old.removeprefix(os.environ["PREFIX"]), FORMAT).replace(tzinfo=UTC)
    if made < oldest:
        place.delete(old)
        print("Removed", old)
