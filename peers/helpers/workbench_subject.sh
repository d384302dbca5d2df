# What a pool in POSIX sh needs to be a subject of the workbench: docs/pages/subject_protocol.md
# says more. Copy this file beside the pool.
#
#     . ./workbench_subject.sh
#     for task in $(tasks); do value=$(action "$task") && result "$task" "$value"; done
#     returned  # or: error MESSAGE; for a task that the pool calls failed: failed TASK MESSAGE

tasks() {
  task_=0
  while [ "$task_" -lt "$WORKBENCH_TASKS" ]; do echo "$task_"; task_=$((task_ + 1)); done
}

action() {  # what a job calls: prints the value, and blanks up to the size of a result
  write_ "{\"begun\": $1}"
  fault_=0
  while [ "$fault_" -lt "$WORKBENCH_FAULTS" ]; do
    for part_ in kind:KIND at:AT only:TASK times:TIMES ms:MS code:CODE message:MESSAGE; do
      eval "${part_%:*}_=\$WORKBENCH_FAULT_${fault_}_${part_#*:}"
    done
    if [ "$at_" = in-action ] && [ "${only_:-$1}" = "$1" ] && strikes_; then
      write_ "{\"struck\": $fault_, \"task\": $1}"
      suffer_ || return
    fi
    fault_=$((fault_ + 1))
  done
  sleep_ "$WORKBENCH_TASK_MS"
  printf "%-${WORKBENCH_RESULT_BYTES}s\n" $((4 * $1 + 3))
}

result() { write_ "{\"result\": $1, \"outcome\": \"ok\", \"value\": ${2%% *}}"; }
failed() { write_ "{\"result\": $1, \"outcome\": \"failed\", \"error\": $(quoted_ "$2")}"; }
error() { write_ "{\"error\": $(quoted_ "$1")}"; }
returned() { write_ '{"returned": true}'; }

write_() { printf '%s\n' "$1" >> "$WORKBENCH_ACCOUNT"; }  # one write a line
quoted_() { printf '"%s"' "$(printf %s "$1" | tr '[:cntrl:]' ' ' | sed 's/[\\"]/\\&/g')"; }
sleep_() { [ "$1" -eq 0 ] || sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

strikes_() {
  strike_=0
  while [ "$strike_" -lt "${times_:-0}" ]; do
    mkdir "$WORKBENCH_STRIKES/$fault_.$strike_" 2> /dev/null && return
    strike_=$((strike_ + 1))
  done
  [ -z "$times_" ]
}

suffer_() {
  case $kind_ in
    throw) echo "$message_" >&2; return 1 ;;  # sh cannot throw: a message, and the status 1
    throw-nonstandard) return 1 ;;
    exit) exit "$code_" ;;
    abort) signal_ ABRT ;; segfault) signal_ SEGV ;; kill) signal_ KILL ;;
    sleep-forever) exec sleep 36000 ;;  # exec: no child is left over when the job is killed
    spin-forever) while :; do :; done ;;
    slow) sleep_ "$ms_" ;;
  esac
}
# $$ would be the script, not its job in the background.
signal_() { read -r self_ rest_ < /proc/self/stat; kill -s "$1" "$self_"; }
