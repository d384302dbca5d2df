#include "scenarios/grade/build.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <sstream>
#include <string_view>

#include "core/one_line.h"
#include "core/time.h"
#include "scenarios/grade/confinement.h"
#include "scenarios/process/child_process.h"

namespace workbench::scenarios {
namespace {

namespace fs = std::filesystem;

// Of processor time, so that a busy machine makes no difference; and what comes after that.
constexpr int kSeconds = 60;
constexpr int kSecondsToLoad = 2;
constexpr std::chrono::minutes kPatience{5};

constexpr int kNotFound = 127;  // as a shell has it
constexpr std::size_t kMostLines = 24;
constexpr std::size_t kMostBytes = 64 << 10;  // of a compiler's output
constexpr std::size_t kLongestLine = 400;

std::string compiler() {
  const char* chosen = std::getenv("CXX");
  return chosen != nullptr && *chosen != '\0' ? chosen : WORKBENCH_CXX;
}

// The line behind the student's file: it gives the function a name that can be looked up.
std::string_view entry_of(AnswerForm form) {
  if (form == AnswerForm::queue) {
    return "#include \"locks.h\"\n"
           "extern \"C\" void workbench_answer(std::unique_ptr<exercise::TaskQueue>& made) {\n"
           "  made = make_queue();\n}\n";
  }
  return "#include \"exercise.h\"\n"
         "extern \"C\" void workbench_answer(exercise::Bench& bench, std::size_t tasks, int "
         "workers,\n"
         "                                 std::vector<exercise::TaskReply>& replies) {\n"
         "  replies = run(bench, tasks, workers);\n}\n";
}

// Runs `life` in a child without rights, whose output goes to a file. How it has ended; empty: it
// was ended at the limit.
std::optional<ProcessEnd> run_confined(const fs::path& output, int seconds,
                                       const std::function<int()>& life) {
  ChildProcess child(
      [&] {
        const int file = open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
        dup2(file, STDOUT_FILENO);
        dup2(file, STDERR_FILENO);
        confine(-1, seconds);
        return life();
      },
      ChildProcess::Group::own);
  if (!child.wait_until(Clock::now() + kPatience)) return std::nullopt;
  return child.end();
}

std::vector<std::string> lines_of_file(const fs::path& file) {
  std::ifstream in(file);
  std::string text(kMostBytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  std::istringstream all(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(all, line);) lines.push_back(line);
  return lines;
}

// What the compiler says of the student's file, without the paths of this machine.
std::vector<std::string> said_by_compiler(const fs::path& output, const fs::path& directory) {
  std::vector<std::string> lines;
  for (std::string line : lines_of_file(output)) {
    for (const std::string& prefix : {directory.string() + "/", std::string(WORKBENCH_KIT "/")}) {
      for (std::size_t at = 0; (at = line.find(prefix)) != std::string::npos;) {
        line.erase(at, prefix.size());
      }
    }
    lines.push_back(on_one_line(shortened(line, kLongestLine)));
    if (lines.size() == kMostLines) {
      lines.emplace_back("… (the rest is left out)");
      break;
    }
  }
  return lines;
}

bool may_be_included(const fs::path& file, const fs::path& directory) {
  const std::string path = fs::weakly_canonical(file).string();
  const auto is_in = [&](const std::string& folder) { return path.starts_with(folder + "/"); };
  return path.starts_with("/usr/include/") || path.starts_with("/usr/lib/") ||
         path.starts_with("/usr/local/include/c++") || is_in(WORKBENCH_KIT) ||
         path == WORKBENCH_SOURCES "/core/task.h" || is_in(directory.string());
}

// What the compiler has read, as it says itself (-MD): make's rule `library: file file …`.
std::vector<std::string> what_may_not_be_included(const fs::path& rule, const fs::path& directory) {
  std::vector<std::string> problems;
  std::ifstream in(rule);
  for (std::string word; in >> word;) {
    if (word == "\\" || word.ends_with(':') || may_be_included(word, directory)) continue;
    problems.push_back(
        fmt::format("it includes '{}'; allowed: the standard library, and the headers of the kit",
                    fs::path(word).filename().string()));
  }
  return problems;
}

// Whatever happens when it is loaded happens here first: it may lack a function, or crash.
std::string why_it_cannot_be_loaded(const fs::path& library, const fs::path& output) {
  const auto end = run_confined(output, kSecondsToLoad, [&] {
    if (dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr) return 0;
    std::fputs(dlerror(), stdout);
    return 1;
  });
  if (!end || end->signal == SIGXCPU || end->signal == SIGKILL) {
    return "it does not end when it is loaded: is there a loop outside of all functions?";
  }
  if (end->code == 0) return "";
  if (end->code != 1) return "it ends the program when it is loaded";
  const auto lines = lines_of_file(output);
  const std::string why = lines.empty() ? "" : lines.front();
  const std::size_t at = why.find("undefined symbol");
  return at == std::string::npos ? "it cannot be loaded"
                                 : on_one_line(shortened(why.substr(at), kLongestLine));
}

// In a child: becomes the compiler. Its temporary files go into the directory, too.
int become(std::vector<std::string> words, const fs::path& directory) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  setenv("TMPDIR", directory.c_str(), 1);
  if (chdir(directory.c_str()) == 0) execvp(arguments.front(), arguments.data());
  return kNotFound;
}

}  // namespace

Built build(const fs::path& source, AnswerForm form) {
  const fs::path directory = source.parent_path();
  const bool is_library = form != AnswerForm::program;
  const fs::path made = directory / (is_library ? "answer.so" : "answer");
  const fs::path output = directory / "output";
  const fs::path rule = directory / "rule";
  fs::path main = source;
  if (is_library) {
    main = directory / "answer.cc";
    std::ofstream(main) << "#include \"" << source.filename().string()
                        << "\"\n#line 1 \"the grader\"\n"
                        << entry_of(form);
  }
  const std::vector<std::string> options{
      compiler(), "-std=c++20",  "-O0",      "-g1",
      "-Wall",    "-Wextra",     "-pthread", "-fdiagnostics-color=never",
      "-I",       WORKBENCH_KIT, "-iquote",  WORKBENCH_SOURCES};
  const auto compile = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = options;
    words.insert(words.end(), more.begin(), more.end());
    words.push_back(main.string());
    return run_confined(output, kSeconds, [&] { return become(words, directory); });
  };
  Built built;
  const auto fail = [&](std::string why) {
    built.problems.push_back(std::move(why));
    return built;
  };
  // First what it includes, so that the compiler's complaints cannot quote what is nobody's
  // business.
  const auto read = compile({"-M", "-MF", rule.string()});
  if (!read)
    return fail(fmt::format("the compiler was not done after {} s of processor time", kSeconds));
  built.no_compiler = read->code == kNotFound;
  built.problems = what_may_not_be_included(rule, directory);
  if (!built.problems.empty()) return built;
  std::optional<ProcessEnd> end = read;
  if (read->code == 0) {
    std::vector<std::string> more{"-o", made.string()};
    if (is_library) {
      more.insert(more.end(), {"-fPIC", "-shared", "-Wl,--wrap=__cxa_throw",
                               "-Wl,--wrap=__cxa_allocate_exception"});
    }
    end = compile(more);
  }
  if (!end)
    return fail(fmt::format("the compiler was not done after {} s of processor time", kSeconds));
  if (end->code != 0) {
    built.problems = said_by_compiler(output, directory);
    return built.problems.empty() ? fail("the compiler has failed and said nothing") : built;
  }
  if (is_library) {
    if (std::string why = why_it_cannot_be_loaded(made, output); !why.empty()) return fail(why);
  }
  built.file = made;
  return built;
}

}  // namespace workbench::scenarios
