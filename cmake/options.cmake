# What a build can be asked for, and what every target is compiled with.
option(WORKBENCH_TESTS "Build the tests" OFF)
option(WORKBENCH_WERROR "Warnings are errors" OFF)
set(WORKBENCH_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them")
option(WORKBENCH_COVERAGE "Instrument for gcov" OFF)
option(WORKBENCH_LIBFUZZER "Let libFuzzer (Clang) drive the fuzz targets" OFF)

# Debug information in every build: a traceback without file and line is of little use. More than
# that makes a build half as slow again, so only the one for debuggers has it.
add_library(workbench_flags INTERFACE)
target_compile_features(workbench_flags INTERFACE cxx_std_20)
target_compile_options(workbench_flags INTERFACE
  $<IF:$<CONFIG:Debug>,-g,-g1> -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${WORKBENCH_WERROR}>:-Werror>
  $<$<BOOL:${WORKBENCH_COVERAGE}>:--coverage -fprofile-update=atomic>)
target_link_options(workbench_flags INTERFACE $<$<BOOL:${WORKBENCH_COVERAGE}>:--coverage>)
if(WORKBENCH_SANITIZE)
  # What a sanitizer adds to the code makes GCC see variables that may be uninitialized where the
  # other builds see none.
  target_compile_options(workbench_flags INTERFACE
    -fsanitize=${WORKBENCH_SANITIZE} -fno-sanitize-recover=all -Wno-maybe-uninitialized)
  target_link_options(workbench_flags INTERFACE -fsanitize=${WORKBENCH_SANITIZE})
endif()
# The optimised build is optimised where it is measured: the pools and what they stand on. What is
# around them is compiled as fast as can be.
foreach(level 1 2)
  add_library(workbench_optimised_${level} INTERFACE)
  target_compile_options(workbench_optimised_${level} INTERFACE $<$<CONFIG:Release>:-O${level}>)
endforeach()
if(WORKBENCH_LIBFUZZER)
  target_compile_options(workbench_flags INTERFACE -fsanitize=fuzzer-no-link)  # it sees what runs
endif()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)  # a user may link the libraries into a shared one

# A demo program: one source file in <pool>/demo, linked with one pool, named <pool>_<program>, found at
# <build>/<pool>/<program>.
function(workbench_demo pool program)
  add_executable(${pool}_${program} ${program}.cc)
  set_target_properties(${pool}_${program} PROPERTIES
    OUTPUT_NAME ${program} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/${pool})
  target_link_libraries(${pool}_${program} PRIVATE workbench::${pool} workbench_demo workbench_flags)
endfunction()
