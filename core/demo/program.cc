#include "core/demo/program.h"

#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <stdexcept>

#include "core/demo/usage.h"
#include "core/one_line.h"

namespace workbench::demo {
namespace {

constexpr int kFailed = 1;
constexpr int kUsage = 2;
constexpr int kMostWorkers = 1024;
constexpr int kOneHour = 3'600'000;  // in milliseconds

CLI::Validator whole_number_from(int min, int max) {
  const auto check = [=](const std::string& text) {
    if (whole_number(text, min, max)) return std::string();
    return fmt::format("must be a whole number from {} to {}, not '{}'", min, max, text);
  };
  return {check, ""};
}

CLI::Validator one_of(const std::string& first, const std::string& second) {
  const auto check = [=](const std::string& text) {
    if (text == first || text == second) return std::string();
    return fmt::format("must be {} or {}, not '{}'", first, second, text);
  };
  return {check, ""};
}

// Throws CLI::Success for --help, CLI::ParseError or InputError for wrong input.
Options parse(CLI::App& app, const ProgramInfo& program, int argc, char** argv) {
  Options options;
  std::string hosts_file;
  int task_ms = program.reads_hosts ? 0 : 100;
  int timeout_ms = 2000;

  app.option_defaults()->always_capture_default()->multi_option_policy(
      CLI::MultiOptionPolicy::TakeLast);
  app.add_option("--runtime", options.runtime, "the workers are threads or processes")
      ->check(one_of("threads", "processes"))
      ->type_name("NAME");
  app.add_option("--workers", options.workers, "how many workers, 1 to 1024")
      ->check(whole_number_from(1, kMostWorkers))
      ->type_name("N");
  app.add_option("--task-ms", task_ms, "how long each task takes, on top of its own work")
      ->check(whole_number_from(0, kOneHour))
      ->type_name("N");
  if (program.is_reactor) {
    app.add_flag("--stop-on-error", options.stop_on_error, "stop at the first error");
    app.add_option("--timeout-ms", timeout_ms, "how long one task may take")
        ->check(whole_number_from(1, kOneHour))
        ->type_name("N");
  }
  if (program.reads_hosts) {
    app.add_option("hosts", hosts_file, "lines 'host port'; # starts a comment")
        ->required()
        ->type_name("FILE");
  }
  app.parse(argc, argv);

  options.task_time = std::chrono::milliseconds(task_ms);
  options.result_timeout = std::chrono::milliseconds(timeout_ms);
  if (program.reads_hosts) options.hosts = read_hosts(hosts_file);
  return options;
}

// `--runtime, --workers, ...`
std::string names_of_options(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) names.push_back(option->get_name());
  return fmt::format("{}", fmt::join(names, ", "));
}

int complain(const std::string& message, int code) {
  fmt::print(stderr, "{}\n", on_one_line(message));
  return code;
}

}  // namespace

int run_with_options(const ProgramInfo& program, int argc, char** argv,
                     const std::function<int(const Options&)>& body) {
  const std::string name = std::filesystem::path(argv[0]).filename();
  CLI::App app(program.purpose, name);
  try {
    int code = 0;
    try {
      code = body(parse(app, program, argc, argv));
    } catch (const CLI::Success&) {  // --help
      fmt::print("{}", app.help());
    }
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
      throw std::runtime_error("cannot write the output");
    }
    return code;
  } catch (const CLI::ExtrasError& error) {
    const std::string allowed = names_of_options(app);
    return complain(fmt::format("{}: {} (allowed: {})", name, error.what(), allowed), kUsage);
  } catch (const CLI::ParseError& error) {
    return complain(fmt::format("{}: {} (see {} --help)", name, error.what(), name), kUsage);
  } catch (const InputError& error) {
    return complain(error.what(), kUsage);
  } catch (const std::exception& error) {
    return complain(fmt::format("{}: {}", name, error.what()), kFailed);
  }
}

}  // namespace workbench::demo
