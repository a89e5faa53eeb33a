"""The consequences of the answers, one panel behind each tab: what is seen -> HTML, and what its buttons do."""
