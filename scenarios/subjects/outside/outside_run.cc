#include "scenarios/subjects/outside/outside_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <system_error>

#include "scenarios/subjects/outside/refusal.h"

namespace workbench::scenarios {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kNoSuchProgram = 127;  // as a shell has it

template <class Value>
Json or_null(const std::optional<Value>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json fault_json(const Fault& fault) {
  return {{"kind", name_of(fault.kind)}, {"at", name_of(fault.at)},
          {"task", or_null(fault.task)}, {"times", or_null(fault.times)},
          {"ms", fault.delay.count()},   {"code", fault.code},
          {"message", fault.message}};
}

// `null` is an empty text, and a text stands without quotes.
std::string flat(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string variable(std::string_view name) {
  std::string text = fmt::format("WORKBENCH_{}", name);
  for (char& letter : text) letter = static_cast<char>(std::toupper(letter));
  return text;
}

Json told(const Scenario& scenario, const std::filesystem::path& directory) {
  Json faults = Json::array();
  for (const std::size_t index : told_faults(scenario)) {
    faults.push_back(fault_json(scenario.faults[index]));
  }
  return {{"protocol", 1},
          {"scenario", scenario.name},
          {"account", (directory / "account").string()},
          {"strikes", (directory / "strikes").string()},
          {"tasks", scenario.tasks},
          {"workers", scenario.workers},
          {"task_ms", scenario.task_time.count()},
          {"result_bytes", scenario.result_bytes},
          {"usage", name_of(scenario.usage)},
          {"result_timeout_ms", scenario.result_timeout.count()},
          {"faults", std::move(faults)}};
}

}  // namespace

OutsideRun::OutsideRun(const Scenario& scenario, const Subject& subject)
    : scenario_(scenario), runtime_(subject.runtimes.front()), program_(*subject.program) {
  std::filesystem::create_directory(directory_.path() / "strikes");
  std::ofstream file(directory_.path() / "scenario.json");
  file << told(scenario, directory_.path()).dump(2, ' ', false, Json::error_handler_t::replace)
       << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + directory_.path().string());
  const std::string account = directory_.path() / "account";
  account_ = posix::UniqueFd(open(account.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!account_) throw std::system_error(errno, std::generic_category(), account);
}

void OutsideRun::tell_by_environment() const {
  // What it leaves lying there when it is killed goes with the directory.
  setenv("TMPDIR", directory_.path().c_str(), /*overwrite=*/1);
  const auto tell = [](std::string_view name, const Json& value) {
    setenv(variable(name).c_str(), flat(value).c_str(), /*overwrite=*/1);
  };
  const Json json = told(scenario_, directory_.path());
  for (const auto& [name, value] : json.items()) {
    if (!value.is_array()) tell(name, value);
  }
  tell("name", scenario_.name);
  tell("scenario", (directory_.path() / "scenario.json").string());
  tell("faults", json["faults"].size());
  for (std::size_t i = 0; i < json["faults"].size(); ++i) {
    for (const auto& [name, value] : json["faults"][i].items()) {
      tell(fmt::format("fault_{}_{}", i, name), value);
    }
  }
  refuse_starts(scenario_, runtime_);
}

int OutsideRun::become_program() const {
  tell_by_environment();
  const int nothing = open("/dev/null", O_RDONLY);
  if (nothing < 0) close(STDIN_FILENO);  // it must not read what is meant for others
  dup2(nothing, STDIN_FILENO);
  if (nothing > STDIN_FILENO) close(nothing);
  if (!program_.directory.empty() && chdir(program_.directory.c_str()) != 0) {
    fmt::print(stderr, "workbench: cannot go to {}: {}\n", program_.directory,
               std::generic_category().message(errno));
    return kNoSuchProgram;
  }
  execl("/bin/sh", "sh", "-c", program_.command.c_str(), static_cast<char*>(nullptr));
  fmt::print(stderr, "workbench: cannot run /bin/sh: {}\n", std::generic_category().message(errno));
  return kNoSuchProgram;
}

Duration OutsideRun::quiet_for() const {
  struct stat status {};
  timespec now{};
  fstat(account_.get(), &status);
  clock_gettime(CLOCK_REALTIME, &now);
  return std::chrono::seconds(now.tv_sec - status.st_mtim.tv_sec) +
         std::chrono::nanoseconds(now.tv_nsec - status.st_mtim.tv_nsec);
}

Account OutsideRun::account() const {
  std::string text;
  std::array<char, 1 << 16> buffer{};
  lseek(account_.get(), 0, SEEK_SET);
  ssize_t some = 0;
  while (text.size() <= kMostAccountBytes &&
         (some = read(account_.get(), buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(some));
  }
  return read_account(text, scenario_);
}

}  // namespace workbench::scenarios
