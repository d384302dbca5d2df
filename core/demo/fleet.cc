#include "core/demo/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <asio.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "core/demo/usage.h"
#include "core/one_line.h"
#include "core/time.h"

namespace workbench::demo {
namespace {

constexpr const char* kAllowed = "a line is 'host port', or a comment after #";

bool is_text(const std::string& line) {
  return std::none_of(line.begin(), line.end(), [](unsigned char byte) {
    return (byte < 0x20 && byte != '\t' && byte != '\r') || byte == 0x7f;
  });
}

// `where`: `file:line`, for messages. Empty if the line names no host.
std::optional<Host> parse_host(const std::string& line, const std::string& where) {
  if (!is_text(line)) throw InputError(fmt::format("{}: not text; {}", where, kAllowed));
  std::istringstream words(line.substr(0, line.find('#')));
  std::string name;
  std::string port_text;
  std::string rest;
  if (!(words >> name)) return std::nullopt;
  if (!(words >> port_text)) {
    throw InputError(fmt::format("{}: no port after '{}'; {}", where, name, kAllowed));
  }
  if (words >> rest) {
    throw InputError(fmt::format("{}: '{}' is too much; {}", where, rest, kAllowed));
  }
  const auto port = whole_number(port_text, 1, 65535);
  if (!port) {
    throw InputError(fmt::format("{}: the port must be a whole number from 1 to 65535, not '{}'",
                                 where, port_text));
  }
  return Host{name, static_cast<std::uint16_t>(*port)};
}

}  // namespace

std::vector<Host> read_hosts(const std::string& file) {
  namespace fs = std::filesystem;
  std::ifstream in(file);
  if (!in) throw InputError(fmt::format("{}: cannot be read: {}", file, std::strerror(errno)));
  if (!fs::is_regular_file(file) && !fs::is_fifo(file)) {  // a device might never end
    throw InputError(fmt::format("{}: not a file of lines 'host port'", file));
  }
  std::vector<Host> hosts;
  int number = 0;
  for (std::string line; std::getline(in, line);) {
    const auto host = parse_host(line, fmt::format("{}:{}", file, ++number));
    if (host) hosts.push_back(*host);
  }
  if (in.bad()) throw InputError(fmt::format("{}: cannot be read", file));
  if (hosts.empty()) throw InputError(fmt::format("{}: names no host; {}", file, kAllowed));
  return hosts;
}

Answer ask(const Host& host) {
  using asio::ip::tcp;
  const TimePoint start = Clock::now();
  asio::io_context context;
  tcp::socket socket(context);
  asio::connect(socket, tcp::resolver(context).resolve(host.name, std::to_string(host.port)));
  std::array<char, 256> bytes{};
  const std::size_t size = socket.read_some(asio::buffer(bytes));
  const std::string text(bytes.data(), size);
  const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
  return {host, on_one_line(text.substr(0, text.find_first_of("\r\n"))), time.count()};
}

void print_table(const std::vector<HostRow>& rows) {
  std::size_t width = 4;
  for (const HostRow& row : rows) width = std::max(width, row.host.name.size());
  const auto print = [&](const auto&... cells) {
    const std::string line = fmt::format("{:<{}}  {:>5}  {:<11}  {:>6}  {}", cells...);
    fmt::print("{}\n", line);
  };
  print("host", width, "port", "state", "ms", "answer");
  for (const HostRow& row : rows) {
    print(row.host.name, width, row.host.port, row.state, row.ms, row.detail);
  }
}

void print_table(const std::vector<Answer>& answers) {
  std::vector<HostRow> rows;
  rows.reserve(answers.size());
  for (const auto& [host, greeting, ms] : answers) {
    rows.push_back({host, "answers", std::to_string(ms), greeting});
  }
  print_table(rows);
}

}  // namespace workbench::demo
