"""What ends on disk or in a zip: planned, compared, written as a whole, and what to do with it then."""
