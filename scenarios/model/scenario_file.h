/// @file
/// Reads scenarios from TOML.
///
///     title   = "All workers fail"
///     why     = "One paragraph."
///     tasks   = 5
///     workers = 2
///
///     [[fault]]
///     kind = "throw"
///     at   = "before-pop"
///
///     [expect."naive"]
///     verdict = "hang"
///
/// Nothing is ignored. An unknown key, a wrong type, a number out of range and a combination that
/// makes no sense are errors. The error says where it is and what is allowed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/model/scenario.h"
#include "scenarios/model/toml_file_error.h"

namespace workbench::scenarios {

/// `file` is the name that errors show; its stem becomes the name of the scenario. `subjects` are
/// the names that `expect` may use without a warning. Throws TomlFileError.
Scenario parse_scenario(std::string_view text, const std::string& file,
                        const std::vector<std::string>& subjects);

/// Reads a file. Throws TomlFileError, also if the file cannot be read, is not a regular file, or
/// has more than a megabyte.
Scenario load_scenario(const std::string& file, const std::vector<std::string>& subjects);

/// A file of the catalogue. The catalogue is compiled into the program, so the program needs no
/// files.
struct CatalogueFile {
  std::string_view name;  ///< of the scenario
  std::string_view text;
};
const std::vector<CatalogueFile>& catalogue_files();

}  // namespace workbench::scenarios
