"""Files of people: read, compared with the register, taken in, and taken back."""
