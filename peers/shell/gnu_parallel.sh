#!/bin/sh
# GNU parallel: a process for each task; `--tag` puts the task before each line that its job prints.
# The exit status is the number of jobs that have failed.
. ./helpers/workbench_subject.sh

results=$(mktemp)
trap 'rm -f "$results"' EXIT

tasks | parallel --jobs "$WORKBENCH_WORKERS" --tag \
  '. ./helpers/workbench_subject.sh; action {}' > "$results"
status=$?

# The shell reads each byte by a call of its own: without the blanks there are few.
tr -s ' ' < "$results" | while read -r task value; do result "$task" "$value"; done
if [ "$status" -eq 0 ]; then returned; else error "parallel: exit status $status"; fi
