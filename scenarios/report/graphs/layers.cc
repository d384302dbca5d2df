#include "scenarios/report/graphs/layers.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/report/graphs/label.h"
#include "scenarios/report/graphs/styles.h"

namespace workbench::scenarios {
namespace {

using Below = std::map<std::string_view, std::set<std::string_view>>;

bool leads_to(const Below& below, std::string_view from, std::string_view to) {
  const auto folders = below.find(from);
  if (folders == below.end()) return false;
  return std::any_of(folders->second.begin(), folders->second.end(), [&](std::string_view next) {
    return next == to || leads_to(below, next, to);
  });
}

}  // namespace

std::string layers_graph(const std::vector<FolderUse>& uses) {
  Below below;
  std::set<std::string_view> folders;
  for (const FolderUse& use : uses) {
    below[use.from].insert(use.to);
    folders.insert({use.from, use.to});
  }
  std::string dot = graph_head("rankdir=TB, nodesep=0.25, ranksep=0.35");
  for (const std::string_view folder : folders) {
    const bool is_pool = folder == "naive" || folder == "reactor";
    dot += fmt::format("  \"{0}\" [{1}, label=\"{0}\"]\n", dot_label(folder),
                       attributes_of(is_pool            ? "reactor"
                                     : folder == "core" ? "caller"
                                                        : "worker"));
  }
  for (const auto& [from, next] : below) {
    for (const std::string_view to : next) {
      const bool is_detour = std::any_of(next.begin(), next.end(), [&](std::string_view other) {
        return other != to && leads_to(below, other, to);
      });
      if (is_detour) continue;
      dot += fmt::format("  \"{}\" -> \"{}\" [{}]\n", dot_label(from), dot_label(to),
                         attributes_of("flow"));
    }
  }
  return dot + "}\n";
}

}  // namespace workbench::scenarios
