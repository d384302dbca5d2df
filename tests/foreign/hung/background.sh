# Waits for the end of what a script prints. The script has ended, but it has left a process in the
# background that holds the pipe.
start() {
  sleep 1000 &
  echo started
}
start | cat
