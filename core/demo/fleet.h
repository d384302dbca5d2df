/// @file
/// The parts of the `fleet_check` programs, which ask each host of a fleet for its greeting.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace workbench::demo {

struct Host {
  std::string name;  ///< or address
  std::uint16_t port = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(name, port);
  }
};

/// What a host said. It says which host, because a pool may give answers in any order.
struct Answer {
  Host host;
  std::string greeting;  ///< its first line, or the part of it that came first
  std::int64_t ms = 0;   ///< how long that took

  template <class Archive>
  void serialize(Archive& archive) {
    archive(host, greeting, ms);
  }
};

/// The hosts of a file, one line `host port` each; `#` starts a comment. Throws InputError for a
/// file that cannot be read, names no host, or has a line of another form.
std::vector<Host> read_hosts(const std::string& file);

/// Connects, sends nothing, and waits for the first bytes. Throws std::system_error for a host that
/// cannot be found, refuses, or hangs up. Waits for ever for a host that accepts and stays silent.
Answer ask(const Host& host);

/// A line of the table.
struct HostRow {
  Host host;
  std::string state;
  std::string ms;
  std::string detail;
};

void print_table(const std::vector<HostRow>& rows);

/// The table of hosts that all answered.
void print_table(const std::vector<Answer>& answers);

}  // namespace workbench::demo
