"""The bots that are measured, each a program of its own: ``python -m benchmarks.peers.bots.NAME``.

What they are told stands in the environment: see `told`.
"""
