"""Texts that others wrote: how much of one is read, what is sealed, and the formats that several rooms need."""
