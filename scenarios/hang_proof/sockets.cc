#include "scenarios/hang_proof/sockets.h"

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <tuple>
#include <vector>

#include "core/posix/unique_fd.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::hang_proof {
namespace {

// Asks the kernel for a list (sock_diag(7)), and calls `each` with the body of every answer.
template <class Request, class Each>
void ask(const Request& about, Each each) {
  struct {
    nlmsghdr header;
    Request about;
  } question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  question.about = about;
  const posix::UniqueFd link(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!link || send(link.get(), &question, sizeof question, 0) < 0) return;
  alignas(nlmsghdr) std::array<char, 32768> answers{};
  for (;;) {
    // Untimed: the kernel answers at once, and marks the end.
    const ssize_t received = recv(link.get(), answers.data(), answers.size(), 0);
    if (received <= 0) return;
    auto left = static_cast<unsigned>(received);
    const auto* answer = reinterpret_cast<const nlmsghdr*>(answers.data());
    for (; NLMSG_OK(answer, left); answer = NLMSG_NEXT(answer, left)) {
      if (answer->nlmsg_type == NLMSG_DONE || answer->nlmsg_type == NLMSG_ERROR) return;
      each(*answer);
    }
  }
}

// The attribute of this kind, behind the body of an answer. False: it has none.
template <class Body, class Value>
bool attribute(const nlmsghdr& answer, unsigned kind, Value& value) {
  auto size = static_cast<unsigned>(answer.nlmsg_len - NLMSG_LENGTH(sizeof(Body)));
  const auto* each = reinterpret_cast<const rtattr*>(reinterpret_cast<const char*>(&answer + 1) +
                                                     NLMSG_ALIGN(sizeof(Body)));
  for (; RTA_OK(each, size); each = RTA_NEXT(each, size)) {
    if (each->rta_type != kind || RTA_PAYLOAD(each) < sizeof value) continue;
    std::memcpy(&value, RTA_DATA(each), sizeof value);
    return true;
  }
  return false;
}

// One end of a TCP connection: address and port.
using End = std::tuple<std::array<std::uint32_t, 4>, std::uint16_t>;

// An address of IPv4 is written as IPv6 writes it: the two ends may see it differently.
End end_of(const __be32* address, __be16 port, int family) {
  std::array<std::uint32_t, 4> words{0, 0, htonl(0xffff), address[0]};
  if (family == AF_INET6) std::copy(address, address + words.size(), words.begin());
  return {words, port};
}

}  // namespace

SocketTable::SocketTable() {
  ask_for_local_sockets();
  ask_for_tcp_sockets();
}

void SocketTable::ask_for_local_sockets() {
  const unix_diag_req about{.sdiag_family = AF_UNIX,
                            .sdiag_protocol = 0,
                            .pad = 0,
                            .udiag_states = ~0U,
                            .udiag_ino = 0,
                            .udiag_show = UDIAG_SHOW_PEER | UDIAG_SHOW_NAME | UDIAG_SHOW_RQLEN,
                            .udiag_cookie = {}};
  ask(about, [&](const nlmsghdr& answer) {
    const auto* body = reinterpret_cast<const unix_diag_msg*>(&answer + 1);
    unix_diag_rqlen queue{};
    std::uint32_t peer = 0;
    char name = 0;
    attribute<unix_diag_msg>(answer, UNIX_DIAG_RQLEN, queue);
    attribute<unix_diag_msg>(answer, UNIX_DIAG_PEER, peer);
    if (body->udiag_ino == 0) {
      const bool may_have_messages = queue.udiag_rqueue > 0 || body->udiag_type != SOCK_STREAM;
      unaccepted_messages_ = unaccepted_messages_ || may_have_messages;
      return;
    }
    const bool is_datagram = body->udiag_type == SOCK_DGRAM;
    const bool named = attribute<unix_diag_msg>(answer, UNIX_DIAG_NAME, name);
    sockets_[body->udiag_ino] = {.family = Socket::Family::local,
                                 .peer = peer,
                                 .is_pair = !is_datagram || !named,
                                 .has_name = named,
                                 .unread = queue.udiag_rqueue,
                                 .is_stream = body->udiag_type == SOCK_STREAM};
  });
}

void SocketTable::ask_for_tcp_sockets() {
  std::map<std::pair<End, End>, Inode> by_ends;
  for (const int family : {AF_INET, AF_INET6}) {
    inet_diag_req_v2 about{};
    about.sdiag_family = static_cast<__u8>(family);
    about.sdiag_protocol = IPPROTO_TCP;
    about.idiag_states = 1U << TCP_ESTABLISHED;
    ask(about, [&](const nlmsghdr& answer) {
      const auto* body = reinterpret_cast<const inet_diag_msg*>(&answer + 1);
      const inet_diag_sockid& id = body->id;
      by_ends[{end_of(id.idiag_src, id.idiag_sport, family),
               end_of(id.idiag_dst, id.idiag_dport, family)}] = body->idiag_inode;
      sockets_[body->idiag_inode] = {.family = Socket::Family::tcp,
                                     .has_timer = body->idiag_timer != 0 || body->idiag_wqueue != 0,
                                     .unread = body->idiag_rqueue};
    });
  }
  // Two sockets of this namespace that name each other.
  for (const auto& [ends, inode] : by_ends) {
    const auto other = by_ends.find({ends.second, ends.first});
    if (other != by_ends.end()) sockets_[inode].peer = other->second;
  }
}

const Socket* SocketTable::find(Inode inode) const {
  const auto found = sockets_.find(inode);
  return found == sockets_.end() ? nullptr : &found->second;
}

Inode inode_in(const std::string& name) {
  return std::strtoul(name.c_str() + std::string_view("socket:[").size(), nullptr, 10);
}

std::optional<bool> has_limit_of_time(pid_t process, int socket, bool sending) {
  // Get a descriptor of our own for the socket of the other process, and ask it.
  const posix::UniqueFd holder(pidfd_open(process, 0));
  if (!holder) return std::nullopt;
  const posix::UniqueFd ours(pidfd_getfd(holder.get(), socket, 0));
  timeval limit{};
  socklen_t size = sizeof limit;
  const int option = sending ? SO_SNDTIMEO : SO_RCVTIMEO;
  if (!ours || getsockopt(ours.get(), SOL_SOCKET, option, &limit, &size) != 0) return std::nullopt;
  return limit.tv_sec != 0 || limit.tv_usec != 0;
}

}  // namespace workbench::hang_proof
