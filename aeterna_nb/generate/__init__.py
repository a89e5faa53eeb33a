"""What is written: one pure function per file. No disk, no clock, no randomness."""
