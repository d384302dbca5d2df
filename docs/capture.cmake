# cmake -DSOURCE=<source dir> -DBUILD=<build dir> -DOUTPUT=<dir> -P capture.cmake
#
# Runs the programs that the pages quote and writes what they print to <dir>/<name>.txt, below the
# command line. Programs of which the pages say that they hang are interrupted after a few seconds,
# as a user would with Ctrl-C; it is an error if they end before, or if another one does not end.

# capture(<name> <ends|hangs|proved> <program> [<option>...])
# proved: the watchdog says that it hangs, and exits with 3.
function(capture name fate program)
  if(fate STREQUAL hangs)
    set(patience 3)
  else()
    set(patience 60)
  endif()
  # stdbuf: line by line, or what was printed before a hang would be lost with it.
  execute_process(
    COMMAND timeout --signal=INT --kill-after=5 ${patience} stdbuf -oL ${BUILD}/${program} ${ARGN}
    WORKING_DIRECTORY ${OUTPUT}
    OUTPUT_VARIABLE text ERROR_VARIABLE text RESULT_VARIABLE status)
  if(fate STREQUAL hangs AND status EQUAL 124)
    string(APPEND text "^C   (interrupted after ${patience} seconds)\n")
  elseif(fate STREQUAL ends AND status EQUAL 1)
    string(APPEND text "(exit status 1)\n")
  elseif(fate STREQUAL proved AND status EQUAL 3)
    string(APPEND text "(exit status 3)\n")
  elseif(NOT (fate STREQUAL ends AND status EQUAL 0))
    message(FATAL_ERROR "${program}: status ${status}, though the pages say that it ${fate}\n${text}")
  endif()
  string(REPLACE "${BUILD}/" "" text "${text}")
  string(REPLACE "${SOURCE}/" "" text "${text}")
  string(JOIN " " command ${program} ${ARGN})
  string(REPLACE "scenarios/workbench" "workbench" command "${command}")
  string(REPLACE "${BUILD}/" "" command "${command}")
  string(REPLACE "${SOURCE}/" "" command "${command}")
  file(WRITE ${OUTPUT}/${name}.txt "$ ${command}\n${text}")
endfunction()

capture(naive_basic ends naive/basic --runtime threads)
capture(naive_one_worker_fails ends naive/one_worker_fails --runtime threads)
capture(naive_all_workers_fail hangs naive/all_workers_fail --runtime threads)
capture(naive_one_task_throws hangs naive/one_task_throws --runtime threads)
capture(naive_one_task_throws_processes hangs naive/one_task_throws --runtime processes)

capture(reactor_basic ends reactor/basic --runtime threads)
capture(reactor_one_worker_fails ends reactor/one_worker_fails --runtime threads)
capture(reactor_all_workers_fail ends reactor/all_workers_fail --runtime threads)
capture(reactor_one_task_throws ends reactor/one_task_throws --runtime threads)
capture(reactor_one_task_throws_stop ends reactor/one_task_throws --runtime threads --stop-on-error)

file(WRITE ${OUTPUT}/hosts.txt "127.0.0.1 1   # nobody listens here\n127.0.0.1 2   # nor here\n")
capture(naive_fleet_check hangs naive/fleet_check hosts.txt)
capture(reactor_fleet_check ends reactor/fleet_check hosts.txt)

# One run, explained: run(<name> <scenario> <subject> [<option>...]).
function(run name scenario subject)
  capture(${name} ends scenarios/workbench run ${scenario} --subject ${subject} ${ARGN})
endfunction()

run(run_raw_threads raw-threads naive)
run(run_std_async one-task-throws std-async)
run(run_throws_a_number throws-a-number naive)
run(run_one_worker_fails one-worker-fails naive)
run(run_one_task_throws one-task-throws naive)
run(run_all_workers_fail all-workers-fail naive)
run(run_all_workers_fail_reactor all-workers-fail reactor-keep-going)
run(almost_catch_all one-task-throws almost-catch-all)
run(almost_time_out one-task-throws almost-time-out)
run(almost_time_out_late action-is-late almost-time-out)
run(almost_dying_pill one-task-throws almost-dying-pill)
run(almost_dying_pill_killed action-is-killed almost-dying-pill --runtime processes)
run(almost_join_later_full full-result-queue almost-join-later)
run(almost_join_later one-task-throws almost-join-later)
run(run_nested_futures task-waits-for-its-own-pool cpp-packaged-task --subjects ${BUILD}/peers)
run(run_one_task_throws_reactor one-task-throws reactor-keep-going)
run(run_one_task_throws_stop one-task-throws reactor-stop-on-error)
run(run_action_is_killed action-is-killed reactor-keep-going --runtime processes)
run(run_killed_before_push killed-before-push naive --runtime processes)
run(run_killed_after_pop killed-after-pop naive --runtime processes)
run(run_action_sleeps_forever action-sleeps-forever reactor-keep-going)
run(run_full_result_queue full-result-queue naive)
run(run_full_result_queue_reactor full-result-queue reactor-keep-going)

capture(four_queues ends tests/course/four_queues)
capture(watch_silent_pool proved scenarios/workbench watch --no-stacks -- ${BUILD}/tests/course/silent_pool)
capture(watch_museum proved scenarios/workbench watch --
        python3 ${SOURCE}/tests/foreign/museum/rust_threadpool_13.py)
file(WRITE ${OUTPUT}/waits.py "import os\nreader, writer = os.pipe()\nos.read(reader, 1)\n")
capture(watch_waits proved scenarios/workbench watch -- python3 waits.py)

# A pool that is not ours, and is a program of its own.
capture(own_pool_outside proved scenarios/workbench run one-task-throws --subject-command
        "PYTHONPATH=${SOURCE}/peers/helpers python3 ${SOURCE}/peers/python/poison_pill.py")

capture(grade_07 ends scenarios/workbench grade 07
        ${SOURCE}/docs/exercises/07-one-token-short/pool.cc)

capture(explore_reactor ends scenarios/workbench explore only-task-throws --subject reactor-stop-on-error)
capture(explore_faults ends scenarios/workbench explore no-fault --subject reactor-keep-going
        --workers 1 --tasks 2 --faults 1)
capture(explore_published ends scenarios/workbench explore last-of-two-throws --subject published-reactor
        --early-timeouts 2)

# A table in Markdown; it is an error if a mutant survives.
execute_process(COMMAND ${BUILD}/tests/mutants/mutants
  OUTPUT_FILE ${OUTPUT}/mutants.md COMMAND_ERROR_IS_FATAL ANY)

# The two pools line by line, without the comments that open the files.
execute_process(COMMAND diff -U 1000 naive/pool.h reactor/reactor.h
  WORKING_DIRECTORY ${SOURCE} OUTPUT_VARIABLE text)
string(FIND "${text}" "#pragma once" start)
string(SUBSTRING "${text}" ${start} -1 text)
file(WRITE ${OUTPUT}/pool_to_reactor.txt " ${text}")
