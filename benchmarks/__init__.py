"""Measurements: conformance, speed, and peers, each in its own module."""
