# Two scripts that lock two files, each in its own order. A fifo sees to it that each has its first
# lock before it asks for the second.
cd "$1" || exit
mkfifo go
(
  exec 3>left 4>right
  flock 4
  echo >go
  flock 3
) &
exec 3>left 4>right
flock 3
read -r _ <go
flock 4
