#!/bin/sh
# Background jobs and `wait`, in rounds of as many jobs as there are workers. Each job leaves its
# result in a file. A plain `wait` does not tell how the jobs have ended.
. ./helpers/workbench_subject.sh

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

started=0
for task in $(tasks); do
  action "$task" > "$results/$task" &
  started=$((started + 1))
  [ $((started % WORKBENCH_WORKERS)) -ne 0 ] || wait
done
wait

for task in $(tasks); do
  value=$(cat "$results/$task")
  [ -z "$value" ] || result "$task" "$value"
done
returned
