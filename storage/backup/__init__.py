"""Backups: the whole database in one encrypted file, from either kind of database into either.

A backup is taken beside the running program, in one transaction that sees one moment. It is read
again and checked before it counts as made.
"""
