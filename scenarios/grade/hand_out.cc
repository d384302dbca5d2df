#include "scenarios/grade/hand_out.h"

#include <fmt/format.h>

#include <fstream>
#include <system_error>

#include "scenarios/model/usage_error.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

void write_list(const std::vector<Exercise>& exercises, const fs::path& file) {
  std::ofstream out(file);
  out << "# Exercises\n\n"
         "Each folder has a question (`README.md`) and a file that is wrong. Change the file "
         "until\n\n"
         "    ./workbench grade NN FILE\n\n"
         "gives all points (in the checkout of the workbench; FILE may be anywhere). It says what "
         "goes wrong,\n"
         "and proves it. An editor finds the headers if "
         "it\n"
         "is told `-std=c++20 -I include`.\n\n"
         "| | minutes | points | chapter |\n|---|---|---|---|\n";
  for (const Exercise& each : exercises) {
    out << fmt::format("| [{} {}]({}/README.md) | {} | {} | {} |\n",
                       each.name.substr(0, each.name.find('-')), each.title, each.name,
                       each.minutes, each.points(), each.chapter);
  }
}

}  // namespace

void hand_out(const std::vector<Exercise>& exercises, const fs::path& directory) {
  std::error_code error;
  if (fs::exists(directory, error) && !fs::is_empty(directory, error)) {
    throw UsageError(fmt::format("{}: is there already; allowed: a new directory, or an empty one",
                                 directory.string()));
  }
  for (const Exercise& each : exercises) {
    const fs::path folder = directory / each.name;
    fs::create_directories(folder);
    for (const std::string& file : {std::string("README.md"), each.file}) {
      fs::copy_file(each.folder / file, folder / file);
    }
  }
  const fs::path kit = directory / "include";
  fs::create_directories(kit / "core");
  for (const char* header : {"exercise.h", "locks.h"}) {
    fs::copy_file(fs::path(WORKBENCH_KIT) / header, kit / header);
  }
  fs::copy_file(WORKBENCH_SOURCES "/core/task.h", kit / "core" / "task.h");
  write_list(exercises, directory / "README.md");
}

}  // namespace workbench::scenarios
