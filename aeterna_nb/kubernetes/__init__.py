"""The only package that talks to a cluster. It reads, and changes nothing.

`connection` finds the cluster and asks it, `release` says what is deployed and how it is, `pods` why a pod does not
run, `names` which objects an answer could name. No value of a Secret is ever asked for.
"""
