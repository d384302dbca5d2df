/// @file
/// The layers of the sources, as their includes are: which folder stands on which.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace workbench::scenarios {

/// A folder, one of its includes' folders, and how often.
struct FolderUse {
  std::string_view from{};
  std::string_view to{};
  std::size_t includes = 0;
};

/// Read off the sources when the program was built (embed_layers.cmake).
const std::vector<FolderUse>& folder_uses();

/// A text for Graphviz. An arrow is left out if others lead the same way. Requires: no circle.
std::string layers_graph(const std::vector<FolderUse>& uses);

}  // namespace workbench::scenarios
