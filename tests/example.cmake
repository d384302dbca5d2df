# Builds examples/fetch_content in one of many ways, runs it, and looks at its traceback.
#
# Requires: WORK_DIR, GENERATOR, COMPILER. May be given: FLAGS, LINKER_FLAGS, SHARED (ON or OFF).
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE ${WORK_DIR})

execute_process(
  COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/../examples/fetch_content -B ${WORK_DIR}
          -G ${GENERATOR} -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_COMPILER=${COMPILER}
          "-DCMAKE_CXX_FLAGS=-g ${FLAGS}" "-DCMAKE_EXE_LINKER_FLAGS=${LINKER_FLAGS}"
          -DBUILD_SHARED_LIBS=${SHARED}
  COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK_DIR}
                COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${WORK_DIR}/pool OUTPUT_VARIABLE output
                COMMAND_ECHO STDOUT ECHO_OUTPUT_VARIABLE COMMAND_ERROR_IS_FATAL ANY)

foreach(expected
        "3 failed: std::runtime_error: three is too many"
        "act[^\n]*pool.cc:15"
        "5 lost: worker [0-9]+ was killed by SIGABRT"
        "8 tasks: 6 ok, 1 failed, 1 lost")
  if(NOT output MATCHES "${expected}")
    message(FATAL_ERROR "this is missing: ${expected}")
  endif()
endforeach()
