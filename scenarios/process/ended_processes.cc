#include "scenarios/process/ended_processes.h"

#include <fmt/format.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "core/exit.h"
#include "scenarios/hang_proof/proc.h"

namespace workbench::scenarios {
namespace {

std::string name_of(pid_t process) {
  std::string name = hang_proof::text_of(hang_proof::directory_of(process) / "comm");
  while (!name.empty() && name.back() == '\n') name.pop_back();
  return name;
}

// As `waitpid` tells it.
ProcessEnd end_of(std::uint32_t status) {
  constexpr std::uint32_t kSignal = 0x7f;
  if ((status & kSignal) != 0) return {.signal = static_cast<int>(status & kSignal)};
  return {.code = static_cast<int>(status >> 8U & 0xffU)};
}

// Asks the kernel to tell us. Empty if we may not listen.
posix::UniqueFd listen_to_ends() {
  constexpr int kRoom = 8 << 20;  // bytes, for what comes between two updates
  posix::UniqueFd link(
      socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR));
  sockaddr_nl here{};
  here.nl_family = AF_NETLINK;
  here.nl_groups = CN_IDX_PROC;
  if (!link || bind(link.get(), reinterpret_cast<const sockaddr*>(&here), sizeof here) != 0)
    return {};
  setsockopt(link.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kRoom, sizeof kRoom);
  const proc_cn_mcast_op wish = PROC_CN_MCAST_LISTEN;
  alignas(nlmsghdr) std::array<char, NLMSG_SPACE(sizeof(cn_msg) + sizeof wish)> question{};
  auto* const header = reinterpret_cast<nlmsghdr*>(question.data());
  header->nlmsg_len = NLMSG_LENGTH(sizeof(cn_msg) + sizeof wish);
  header->nlmsg_type = NLMSG_DONE;
  auto* const message = reinterpret_cast<cn_msg*>(header + 1);
  message->id = {.idx = CN_IDX_PROC, .val = CN_VAL_PROC};
  message->len = sizeof wish;
  std::memcpy(message + 1, &wish, sizeof wish);
  if (send(link.get(), question.data(), header->nlmsg_len, 0) < 0) return {};
  return link;
}

}  // namespace

std::string EndedProcess::text() const {
  const std::string who = fmt::format("{} {}", command, process);
  if (end.signal) return fmt::format("{} was killed by {}", who, signal_name(*end.signal));
  return fmt::format("{} exited with code {}", who, end.code.value_or(0));
}

EndedProcesses::EndedProcesses(const std::vector<pid_t>& tree)
    : link_(listen_to_ends()), may_miss_some_(!link_) {
  for (const pid_t process : tree) tree_[process] = name_of(process);
}

void EndedProcesses::update() {
  alignas(nlmsghdr) std::array<char, 16384> answers{};
  while (link_) {
    const ssize_t received = recv(link_.get(), answers.data(), answers.size(), 0);
    if (received < 0 && errno == ENOBUFS) may_miss_some_ = true;
    if (received < 0 && errno != ENOBUFS) return;
    auto left = static_cast<unsigned>(std::max<ssize_t>(received, 0));
    const auto* answer = reinterpret_cast<const nlmsghdr*>(answers.data());
    for (; NLMSG_OK(answer, left); answer = NLMSG_NEXT(answer, left)) {
      handle(reinterpret_cast<const cn_msg*>(answer + 1)->data);
    }
  }
}

void EndedProcesses::handle(const void* text) {
  proc_event event{};
  std::memcpy(&event, text, sizeof event);
  if (event.what == proc_event::PROC_EVENT_FORK) {
    const auto& fork = event.event_data.fork;
    const bool is_process = fork.child_pid == fork.child_tgid;
    const auto parent = tree_.find(fork.parent_tgid);
    if (is_process && parent != tree_.end()) tree_[fork.child_pid] = parent->second;
  } else if (event.what == proc_event::PROC_EVENT_EXEC) {
    const auto found = tree_.find(event.event_data.exec.process_tgid);
    if (found == tree_.end()) return;
    const std::string name = name_of(found->first);
    if (!name.empty()) found->second = name;  // or it has ended already
  } else if (event.what == proc_event::PROC_EVENT_EXIT) {
    const auto& exit = event.event_data.exit;
    const auto found = tree_.find(exit.process_tgid);
    if (exit.process_pid != exit.process_tgid || found == tree_.end()) return;
    ended_.push_back({.process = found->first,
                      .command = found->second,
                      .end = end_of(exit.exit_code),
                      .when = TimePoint(std::chrono::nanoseconds(event.timestamp_ns))});
    tree_.erase(found);
  }
}

void EndedProcesses::note(const EndedProcess& ended) {
  if (!link_) ended_.push_back(ended);
}

}  // namespace workbench::scenarios
