# The demo programs, run as a user runs them.
workbench_test(demos/demos_test LABEL cli TIMEOUT 120)
target_sources(demos_test PRIVATE support/child.cc)
foreach(program basic one_worker_fails all_workers_fail one_task_throws fleet_check)
  add_dependencies(demos_test naive_${program} reactor_${program})
endforeach()
target_compile_definitions(demos_test PRIVATE
  NAIVE_PROGRAMS="$<TARGET_FILE_DIR:naive_basic>/" REACTOR_PROGRAMS="$<TARGET_FILE_DIR:reactor_basic>/")
