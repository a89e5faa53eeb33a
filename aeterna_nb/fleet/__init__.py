"""Many configurations in one repository: found, judged on all cores, compared with each other, and changed together.

A thin room above what evaluates one configuration; nothing here knows what is right for one.
"""
