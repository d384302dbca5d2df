#include "scenarios/report/page/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// No text from outside can hold these: `<` is escaped in it.
constexpr std::string_view kBegin = R"(<nav class="site" aria-label="Pages">)";
constexpr std::string_view kEnd = "</nav>";

struct SitePage {
  std::string_view file;
  std::string_view name;
};
constexpr SitePage kPages[] = {{"index.html", "How pools fail"},
                               {"benchmarks.html", "What safety costs"}};

std::string links(const std::vector<SitePage>& pages, std::string_view current) {
  std::string html;
  for (const SitePage& page : pages) {
    html += page.file == current ? fmt::format("<span aria-current=\"page\">{}</span>", page.name)
                                 : fmt::format("<a href=\"{}\">{}</a>", page.file, page.name);
  }
  return html;
}

void write_links(const fs::path& file, const std::string& links) {
  std::ifstream in(file);
  std::string html{std::istreambuf_iterator<char>(in), {}};
  const std::size_t begin = html.find(kBegin);
  const std::size_t end = html.find(kEnd, begin);
  if (begin == std::string::npos || end == std::string::npos) return;  // it is not one of ours
  html.replace(begin + kBegin.size(), end - begin - kBegin.size(), links);
  std::ofstream out(file);
  out << html;
  if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
}

}  // namespace

std::string place_of_navigation() { return fmt::format("{}{}", kBegin, kEnd); }

void join_pages(const fs::path& directory) {
  std::vector<SitePage> pages;
  std::copy_if(std::begin(kPages), std::end(kPages), std::back_inserter(pages),
               [&](const SitePage& page) { return fs::exists(directory / page.file); });
  if (pages.size() < 2) return;
  for (const SitePage& page : pages) write_links(directory / page.file, links(pages, page.file));
}

}  // namespace workbench::scenarios
