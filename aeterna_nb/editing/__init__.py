"""Files of other people's changed in place: JSON with comments and YAML keep what is not changed, byte for byte."""
