"""Records handed on to ODK Central, KoboToolbox and other servers that speak OpenRosa.

Every record is sent as the bytes that were kept when it was submitted, and is in the book
(`storage.pushes`) from then until the server has it: a call that failed, or whose answer got lost,
is made again, and servers know a record by its instanceID.
"""
