# Writes a C++ file that contains the scenario files, so that the program needs none at run time.
#   cmake -DOUTPUT=catalogue.cc -DFILES=a.toml;b.toml -P embed_catalogue.cmake
set(entries "")
foreach(file IN LISTS FILES)
  file(READ ${file} text)
  get_filename_component(name ${file} NAME_WE)
  string(APPEND entries "      {\"${name}\", R\"~toml~(${text})~toml~\"},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"scenarios/model/scenario_file.h\"

namespace workbench::scenarios {

const std::vector<CatalogueFile>& catalogue_files() {
  static const std::vector<CatalogueFile> files{
${entries}  };
  return files;
}

}  // namespace workbench::scenarios
")
