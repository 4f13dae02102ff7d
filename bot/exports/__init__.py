"""Tables for other offices: one record, many tables, each laid out by a file of data."""
