"""Selects on a pipe whose only writer is the program itself."""
import os
import select

reader, writer = os.pipe()
select.select([reader], [], [])
