# The libraries as a part of other people's programs: by each compiler that is there, static and
# shared, with and without optimisation. Every way is a whole build, so by default there are two; the
# option WORKBENCH_ALL_EXAMPLES is for all of them.
option(WORKBENCH_ALL_EXAMPLES "Test the examples with every compiler and in every way" OFF)

# workbench_example(name compiler [flags [linker flags [SHARED]]])
function(workbench_example name compiler)
  add_test(NAME example.${name}
           COMMAND ${CMAKE_COMMAND} -D WORK_DIR=${CMAKE_CURRENT_BINARY_DIR}/examples/${name}
                   -D GENERATOR=${CMAKE_GENERATOR} -D COMPILER=${compiler} -D FLAGS=${ARGV2}
                   -D LINKER_FLAGS=${ARGV3} -D SHARED=${ARGV4}
                   -P ${CMAKE_CURRENT_SOURCE_DIR}/example.cmake)
  set_tests_properties(example.${name} PROPERTIES LABELS "cli;no-tsan" TIMEOUT 900)
endfunction()

find_program(clang clang++)
workbench_example(OptimisedWithItsOwnLibrary ${CMAKE_CXX_COMPILER} -O2 -static-libstdc++ OFF)
if(clang)
  workbench_example(SharedByClang ${clang} -O0 "" ON)
endif()
if(NOT WORKBENCH_ALL_EXAMPLES)
  return()
endif()

foreach(compiler IN ITEMS g++-12 g++-13 g++-14 clang++-14 clang++-15 clang++-16)
  find_program(path_of_${compiler} ${compiler})
  if(NOT path_of_${compiler})
    continue()
  endif()
  foreach(flags IN ITEMS -O0 -O2 "-O2 -flto")
    foreach(shared IN ITEMS OFF ON)
      string(MAKE_C_IDENTIFIER "${compiler}_${flags}_${shared}" name)
      workbench_example(${name} ${path_of_${compiler}} "${flags}" "" ${shared})
      workbench_example(${name}_own ${path_of_${compiler}} "${flags}" -static-libstdc++ ${shared})
    endforeach()
  endforeach()
endforeach()
