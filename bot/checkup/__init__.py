"""What `zoufang doctor` looks at: one module for each thing that may be out of order.

A check looks and changes nothing. It makes no key and no database, and what it finds names no
person and no secret.
"""
