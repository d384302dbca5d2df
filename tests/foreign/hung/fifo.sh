# Reads from a named pipe to which nobody writes. Anybody may come and do so.
mkfifo "$1/fifo"
cat "$1/fifo"
