"""Our bot beside bots that others' frameworks make, in one run on one machine.

Every bot asks the same ten questions over real HTTP and keeps each answer in SQLite before it asks
the next one. Telegram and its people run in a process and on a core of their own. `form` is what
is asked, `bots` are the programs, `people` and `lean_server` the other side; `rounds` measures one
run, `report` tells what came of all of them.
"""
