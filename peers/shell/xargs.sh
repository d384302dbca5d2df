#!/bin/sh
# `xargs -P`: a process for each task, and the results are the lines that they print.
# The exit status of xargs is lost in the pipe, as it is in most scripts.
. ./helpers/workbench_subject.sh

export results
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

job='
  . ./helpers/workbench_subject.sh
  action "$1" > "$results/$1" && echo "$1 $(cat "$results/$1")"
'

# The shell reads each byte by a call of its own: without the blanks there are few.
tasks | xargs -P "$WORKBENCH_WORKERS" -n 1 sh -c "$job" job | stdbuf -oL tr -s ' ' |
  while read -r task value rest; do
    [ -z "$value" ] || result "$task" "$value"  # large lines mix in the pipe: what is read is taken
  done
returned
