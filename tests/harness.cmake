# The tests of the harness: of scenarios/, of the program `workbench`, and of what is installed.

foreach(program two_mutexes partial_hang ping_pong server full_pipe alarm first_thread_ends
        socket_limit)
  add_executable(foreign_${program} foreign/${program}.cc)
  target_link_libraries(foreign_${program} PRIVATE Threads::Threads)
  target_compile_features(foreign_${program} PRIVATE cxx_std_20)
  target_compile_options(foreign_${program} PRIVATE -g)  # a stack has lines
endforeach()
workbench_test(scenarios/hang_proof/system_call_test)
workbench_test(scenarios/hang_proof/hang_proof_test TIMEOUT 1800)
target_link_libraries(hang_proof_test PRIVATE test_child)
workbench_test(scenarios/hang_proof/hung_test)
workbench_test(scenarios/hang_proof/random_trees_test TIMEOUT 600)
workbench_test(scenarios/hang_proof/living_test)
workbench_test(scenarios/hang_proof/lock_test)
workbench_test(scenarios/hang_proof/rare_waits_test)
add_dependencies(hang_proof_test foreign_ping_pong)
target_compile_definitions(hang_proof_test PRIVATE
  FOREIGN_PROGRAMS="$<TARGET_FILE_DIR:foreign_ping_pong>/")

workbench_test(scenarios/stacks/python_frames_test TIMEOUT 600)
target_link_libraries(python_frames_test PRIVATE test_child)
target_compile_definitions(python_frames_test PRIVATE
  FOREIGN_SCRIPTS="${CMAKE_CURRENT_SOURCE_DIR}/foreign/")

workbench_test(scenarios/process/child_process_test)
workbench_test(scenarios/model/scenario_file_test)
workbench_test(scenarios/model/theme_test)

workbench_test(scenarios/run/diagnosis_test)
workbench_test(scenarios/run/judgement_test)
workbench_test(scenarios/run/patience_test)
workbench_test(scenarios/run/run_subject_test)
workbench_test(scenarios/run/simulation_test LABEL explore)
target_sources(simulation_test PRIVATE $<TARGET_OBJECTS:workbench_subjects>)
workbench_test(scenarios/subjects/hostile_account_test LABEL scenario)
workbench_test(scenarios/subjects/subject_file_test)
workbench_test(scenarios/run/catalogue_test LABEL scenario TIMEOUT 300)
target_sources(catalogue_test PRIVATE $<TARGET_OBJECTS:workbench_subjects>)

# The watchdog over programs that share no code with us.
workbench_test(scenarios/run/foreign_programs_test LABEL cli)
workbench_test(scenarios/run/watch_program_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/run/watch_report_test LABEL cli)
runs_workbench(foreign_programs_test watch_program_test watch_report_test)
foreach(name foreign_programs_test watch_program_test watch_report_test)
  target_link_libraries(${name} PRIVATE nlohmann_json::nlohmann_json)
  add_dependencies(${name} foreign_two_mutexes foreign_partial_hang foreign_ping_pong foreign_server foreign_full_pipe
                   foreign_alarm foreign_first_thread_ends foreign_socket_limit)
  target_compile_definitions(${name} PRIVATE
    FOREIGN_SCRIPTS="${CMAKE_CURRENT_SOURCE_DIR}/foreign/"
    FOREIGN_PROGRAMS="$<TARGET_FILE_DIR:foreign_alarm>/")
endforeach()

# The same over programs in many languages that hang. No optimiser joins their functions.
workbench_test(scenarios/run/hung_programs_test LABEL cli TIMEOUT 300)
runs_workbench(hung_programs_test)
target_link_libraries(hung_programs_test PRIVATE tomlplusplus::tomlplusplus)
target_compile_definitions(hung_programs_test PRIVATE
  FOREIGN_SCRIPTS="${CMAKE_CURRENT_SOURCE_DIR}/foreign/"
  FOREIGN_PROGRAMS="${CMAKE_CURRENT_BINARY_DIR}/"
  HUNG_PROGRAMS_PAGE="${PROJECT_SOURCE_DIR}/docs/captured/hung_programs.md")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  foreign/hung/programs.toml foreign/museum/museum.toml)
foreach(source hung/accounts hung/fork_with_threads hung/lock_twice hung/never_notified
        museum/mzgl_101 museum/taskflow_479 museum/tensorflow_932)
  cmake_path(GET source FILENAME program)
  add_executable(hung_${program} foreign/${source}.cc)
  target_link_libraries(hung_${program} PRIVATE Threads::Threads)
  target_compile_features(hung_${program} PRIVATE cxx_std_20)
  target_compile_options(hung_${program} PRIVATE -g -O0)
  # ccache may make the paths of sources relative, as those of the libraries are.
  set_target_properties(hung_${program} PROPERTIES CXX_COMPILER_LAUNCHER "")
  add_dependencies(hung_programs_test hung_${program})
endforeach()

# An answer to an exercise is compiled without the sanitizers, and what it calls is compiled with them.
if(NOT WORKBENCH_SANITIZE)
  foreach(name answers hostile_answers)
    workbench_test(scenarios/grade/${name}_test LABEL exercise TIMEOUT 300)
    runs_workbench(${name}_test)
    target_link_libraries(${name}_test PRIVATE
      nlohmann_json::nlohmann_json tomlplusplus::tomlplusplus)
    target_compile_definitions(${name}_test PRIVATE
      WORKBENCH_EXERCISES="${PROJECT_SOURCE_DIR}/docs/exercises"
      WORKBENCH_HOSTILE="${CMAKE_CURRENT_SOURCE_DIR}/scenarios/grade")
  endforeach()
endif()

workbench_test(scenarios/report/benchmark_figures_test)
workbench_test(scenarios/report/drawings_test LABEL explore TIMEOUT 300)
target_sources(drawings_test PRIVATE $<TARGET_OBJECTS:workbench_subjects>)
target_link_libraries(drawings_test PRIVATE nlohmann_json::nlohmann_json)
workbench_test(scenarios/report/timeline_test LABEL explore)
target_sources(timeline_test PRIVATE $<TARGET_OBJECTS:workbench_subjects>)
target_link_libraries(timeline_test PRIVATE nlohmann_json::nlohmann_json)
target_compile_definitions(timeline_test PRIVATE WORKBENCH_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
workbench_test(scenarios/report/page_test LABEL explore)
target_sources(page_test PRIVATE $<TARGET_OBJECTS:workbench_subjects>)
workbench_test(scenarios/report/traceback_test)

workbench_test(scenarios/cli/cli_compare_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_interruption_test LABEL cli)
workbench_test(scenarios/cli/cli_subjects_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_run_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_explore_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_report_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_information_test LABEL cli TIMEOUT 300)
workbench_test(scenarios/cli/cli_errors_test LABEL cli TIMEOUT 300)
runs_workbench(cli_compare_test cli_interruption_test cli_subjects_test cli_run_test cli_explore_test cli_report_test cli_information_test
               cli_errors_test)

# The parser, fuzzed: over a corpus and its mutations, or by libFuzzer (preset `fuzz`).
add_executable(fuzz_scenario scenarios/model/fuzz_scenario.cc)
target_link_libraries(fuzz_scenario PRIVATE workbench::scenarios workbench_flags)
if(WORKBENCH_LIBFUZZER)
  target_compile_definitions(fuzz_scenario PRIVATE WORKBENCH_LIBFUZZER)
  target_link_options(fuzz_scenario PRIVATE -fsanitize=fuzzer)
  set(fuzz_options -runs=20000 -max_len=4096 ${CMAKE_CURRENT_BINARY_DIR}/found)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/found)
endif()
add_test(NAME fuzz.TheScenarioParserGivesAScenarioOrOneLine
         COMMAND fuzz_scenario ${fuzz_options} ${CMAKE_CURRENT_SOURCE_DIR}/corpus
                 ${PROJECT_SOURCE_DIR}/scenarios/catalogue)
set_tests_properties(fuzz.TheScenarioParserGivesAScenarioOrOneLine PROPERTIES LABELS unit TIMEOUT 300)

# The template for a subject is one.
add_executable(workbench_with_template ${PROJECT_SOURCE_DIR}/scenarios/cli/main.cc
  ${PROJECT_SOURCE_DIR}/scenarios/subjects/subject_template.cc $<TARGET_OBJECTS:workbench_subjects>)
target_link_libraries(workbench_with_template PRIVATE workbench::scenarios workbench_flags)
add_test(NAME template.APoolFromTheTemplateMeetsTheScenarios
         COMMAND ${CMAKE_COMMAND} -DWORKBENCH=$<TARGET_FILE:workbench_with_template>
                 -P ${CMAKE_CURRENT_SOURCE_DIR}/template.cmake)
set_tests_properties(template.APoolFromTheTemplateMeetsTheScenarios PROPERTIES
  LABELS cli TIMEOUT 60)

find_package(Python3 REQUIRED COMPONENTS Interpreter)
set(answer ${PROJECT_SOURCE_DIR}/docs/exercises/07-one-token-short/pool.cc)
if(WORKBENCH_SANITIZE)
  set(answer)  # an answer is built without the sanitizers
endif()
add_test(NAME schemas.EveryJsonIsAsItsSchemaSays
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/schemas.py
                 $<TARGET_FILE:workbench> ${PROJECT_SOURCE_DIR}/scenarios/schema
                 ${answer})
set_tests_properties(schemas.EveryJsonIsAsItsSchemaSays PROPERTIES
  LABELS cli TIMEOUT 300)

# The consumer is built the way this build is, sanitizers and all.
set(flags ${CMAKE_CXX_FLAGS})
if(WORKBENCH_SANITIZE)
  string(APPEND flags " -fsanitize=${WORKBENCH_SANITIZE}")
endif()
if(WORKBENCH_COVERAGE)
  string(APPEND flags " --coverage")
endif()
add_test(NAME install.AConsumerBuildsAndRuns
         COMMAND ${CMAKE_COMMAND} -D BUILD_DIR=${PROJECT_BINARY_DIR}
                 -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/consumer -D GENERATOR=${CMAKE_GENERATOR}
                 -D BUILD_TYPE=${CMAKE_BUILD_TYPE} -D COMPILER=${CMAKE_CXX_COMPILER}
                 -D FLAGS=${flags}
                 -P ${CMAKE_CURRENT_SOURCE_DIR}/consumer.cmake)
set_tests_properties(install.AConsumerBuildsAndRuns PROPERTIES LABELS cli TIMEOUT 900)
if(NOT WORKBENCH_SANITIZE)
  include(examples.cmake)
  add_test(NAME package.HasTheLibrariesAndTheProgram
           COMMAND ${CMAKE_COMMAND} -D BUILD_DIR=${PROJECT_BINARY_DIR}
                   -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/package
                   -P ${CMAKE_CURRENT_SOURCE_DIR}/package.cmake)
  set_tests_properties(package.HasTheLibrariesAndTheProgram PROPERTIES LABELS cli TIMEOUT 300)
endif()
# ci_recipe(name code needs said...): the recipe ci/<name>.sh ends with this exit code, and what
# comes out matches each of `said`. Without what it needs it is skipped.
function(ci_recipe name code needs)
  add_test(NAME ci.${name}
           COMMAND ${CMAKE_COMMAND} -D WORKBENCH=$<TARGET_FILE:workbench> -D RECIPE=${name}
                   -D CODE=${code} -D NEEDS=${needs} "-D SAID=${ARGN}"
                   -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/ci/${name}
                   -P ${CMAKE_CURRENT_SOURCE_DIR}/ci_recipes.cmake)
  set_tests_properties(ci.${name} PROPERTIES LABELS cli TIMEOUT 300
                       SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

set(proved "HANG, proved" "first cause: circular wait")
ci_recipe(ctest 8 "" ${proved} "hangs .*Failed")
if(CMAKE_VERSION VERSION_GREATER_EQUAL 3.29)
  ci_recipe(ctest_launcher 8 "" ${proved} "hangs .*Failed")
endif()
ci_recipe(make 2 "make --version" ${proved} "Error 3")
ci_recipe(meson 1 "meson --version" ${proved} "hangs +FAIL .*exit status 3")
ci_recipe(pytest 3 "python3 -m pytest --version" "HANG, proved" "in test_pool at .*test_pool.py:6")
ci_recipe(cargo 3 "cargo --version" "HANG, proved" "exit status: 3")
ci_recipe(npm 3 "npm --version" "IDLE: ")
ci_recipe(job 3 "make --version" "### `make check`: idle" "failures=\"1\"" "circular wait")
ci_recipe(timeout 124 "" "asked what it does")

add_subdirectory(web)
