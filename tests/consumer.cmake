# Installs the libraries of a build, builds tests/consumer against them, and runs it.
#
# Requires: BUILD_DIR, WORK_DIR, GENERATOR, and what the build itself was configured with:
# BUILD_TYPE, COMPILER, FLAGS.
cmake_minimum_required(VERSION 3.25)

set(prefix ${WORK_DIR}/prefix)
set(build ${WORK_DIR}/build)
file(REMOVE_RECURSE ${WORK_DIR})

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} --install ${BUILD_DIR} --component development --prefix ${prefix})
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/consumer -B ${build} -G ${GENERATOR}
    -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${build})
run(${build}/consumer)

# The example for an installed workbench, by CMake and by pkg-config.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/../examples/installed -B ${WORK_DIR}/example
    -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/example)
run(${WORK_DIR}/example/pool)
file(GLOB_RECURSE pkg_config_file ${prefix}/*/workbench.pc)
cmake_path(GET pkg_config_file PARENT_PATH pkg_config_path)
execute_process(COMMAND ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pkg_config_path}
                        pkg-config --cflags --libs workbench
                OUTPUT_VARIABLE options COMMAND_ERROR_IS_FATAL ANY)
separate_arguments(options UNIX_COMMAND "${FLAGS} ${options}")
run(${COMPILER} -std=c++20 ${CMAKE_CURRENT_LIST_DIR}/../examples/pool.cc
    -o ${WORK_DIR}/pool ${options})
run(${WORK_DIR}/pool)

# A pool of one's own as a subject; if the workbench itself was built, it is put through a scenario.
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR}/../examples/subject -B ${WORK_DIR}/subject
    -G ${GENERATOR} -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_BUILD_TYPE=${BUILD_TYPE}
    -DCMAKE_CXX_COMPILER=${COMPILER} -DCMAKE_CXX_FLAGS=${FLAGS})
run(${CMAKE_COMMAND} --build ${WORK_DIR}/subject)
if(EXISTS ${BUILD_DIR}/scenarios/workbench)
  run(${BUILD_DIR}/scenarios/workbench compare no-fault one-task-throws
      --subjects ${WORK_DIR}/subject/subjects)
endif()

# Only what is meant for others is there.
file(GLOB_RECURSE installed RELATIVE ${prefix} ${prefix}/*)
foreach(file IN LISTS installed)
  if(file MATCHES "demo|scenarios|gtest")
    message(FATAL_ERROR "not for others, but installed: ${file}")
  endif()
endforeach()
