/// @file
/// The pages of one directory as one site: each leads to the others.
#pragma once

#include <filesystem>
#include <string>

namespace workbench::scenarios {

/// Where the links of a page will stand.
std::string place_of_navigation();

/// Writes the links into all pages that are in the directory, anew. To be called when one more page
/// has been written. Throws std::runtime_error if a page cannot be written.
void join_pages(const std::filesystem::path& directory);

}  // namespace workbench::scenarios
