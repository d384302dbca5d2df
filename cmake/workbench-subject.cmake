# workbench_subject(my_pool.cc [DESCRIPTION text] [LINK library...]): builds a pool of one's own as a
# subject, a program that speaks the subject protocol. It is called as its source, my-pool, and is
# described by ${CMAKE_CURRENT_BINARY_DIR}/subjects/my-pool.toml:
#
#     workbench compare --subjects <build>/subjects
function(workbench_subject source)
  cmake_parse_arguments(PARSE_ARGV 1 subject "" "DESCRIPTION" "LINK")
  cmake_path(GET source STEM target)
  string(REPLACE "_" "-" name ${target})
  if(NOT subject_DESCRIPTION)
    set(subject_DESCRIPTION "the pool in ${source}")
  endif()
  string(REGEX REPLACE "([\\\"])" "\\\\\\1" subject_DESCRIPTION "${subject_DESCRIPTION}")  # for TOML
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE workbench::subject ${subject_LINK})
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/subjects/${name}.toml CONTENT
"[subject]
name        = \"${name}\"
description = \"${subject_DESCRIPTION}\"
command     = \"exec '$<TARGET_FILE:${target}>'\"
language    = \"C++\"
")
endfunction()
