# Writes a C++ file that contains the texts of scenarios/report/page/texts.h.
#   cmake -DOUTPUT=texts.cc -DROOT=... -DSTYLE=a.css -DTIMELINE_STYLE=b.css -DDRAWING_STYLE=c.css -DSCRIPT=d.js
#         -DSOURCES=naive/pool.h;... -P embed_texts.cmake
# A literal has room for 65,536 bytes, so a long text is in pieces.
function(literal file variable)
  file(READ ${file} text)
  string(LENGTH "${text}" length)
  set(pieces "")
  foreach(begin RANGE 0 ${length} 8000)
    string(SUBSTRING "${text}" ${begin} 8000 piece)
    string(APPEND pieces "R\"~text~(${piece})~text~\"\n")
  endforeach()
  set(${variable} "${pieces}" PARENT_SCOPE)
endfunction()

function(hashed name file)
  literal(${file} text)
  file(SHA256 ${file} hash)
  string(APPEND functions "HashedText ${name}() {\n  return {${text}, \"${hash}\"};\n}\n\n")
  set(functions "${functions}" PARENT_SCOPE)
endfunction()

set(functions "")
hashed(page_style ${STYLE})
hashed(timeline_style ${TIMELINE_STYLE})
hashed(drawing_style ${DRAWING_STYLE})
hashed(page_script ${SCRIPT})

set(entries "")
foreach(source IN LISTS SOURCES)
  literal(${ROOT}/${source} text)
  get_filename_component(name ${source} NAME)
  get_filename_component(folder ${source} DIRECTORY)
  get_filename_component(folder ${folder} NAME)
  string(APPEND entries "      {\"${folder}/${name}\", ${text}},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"scenarios/report/page/texts.h\"

namespace workbench::scenarios {

${functions}const std::map<std::string_view, std::string_view>& pool_sources() {
  static const std::map<std::string_view, std::string_view> sources{
${entries}  };
  return sources;
}

}  // namespace workbench::scenarios
")
