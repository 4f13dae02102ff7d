"""What obligations cost, measured beside what the database itself costs."""
