"""The page as a server for visitors: who comes in, how many, and what each of them costs."""
