# The demo programs, run as a user runs them.
foreach(name naive_demo_test reactor_demo_test demo_usage_test)
  workbench_test(demos/${name} LABEL cli TIMEOUT 120)
  target_link_libraries(${name} PRIVATE test_child)
  foreach(program basic one_worker_fails all_workers_fail one_task_throws fleet_check)
    add_dependencies(${name} naive_${program} reactor_${program})
  endforeach()
  target_compile_definitions(${name} PRIVATE NAIVE_PROGRAMS="$<TARGET_FILE_DIR:naive_basic>/"
    REACTOR_PROGRAMS="$<TARGET_FILE_DIR:reactor_basic>/")
endforeach()
