#include "scenarios/hang_proof/sockets.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "core/posix/unique_fd.h"

extern "C" {  // glibc 2.36 does not declare it so itself
#include <sys/pidfd.h>
}

namespace workbench::hang_proof {
namespace {

struct Question {
  nlmsghdr header;
  unix_diag_req about;
};

// The peer that is named in one answer of the kernel.
std::optional<unsigned long> peer_in(const nlmsghdr& answer) {
  if (answer.nlmsg_type != SOCK_DIAG_BY_FAMILY) return std::nullopt;
  const auto* socket = reinterpret_cast<const unix_diag_msg*>(&answer + 1);
  if (socket->udiag_type == SOCK_DGRAM || socket->udiag_state != TCP_ESTABLISHED) {
    return std::nullopt;
  }
  auto size = static_cast<unsigned>(answer.nlmsg_len - NLMSG_LENGTH(sizeof *socket));
  const auto* attribute = reinterpret_cast<const rtattr*>(socket + 1);
  for (; RTA_OK(attribute, size); attribute = RTA_NEXT(attribute, size)) {
    if (attribute->rta_type != UNIX_DIAG_PEER) continue;
    std::uint32_t peer = 0;
    std::memcpy(&peer, RTA_DATA(attribute), sizeof peer);
    if (peer != 0) return peer;
  }
  return std::nullopt;
}

}  // namespace

std::optional<unsigned long> peer_of(unsigned long socket_inode) {
  // The kernel is asked by a message: which socket is the peer of the one with this inode?
  const posix::UniqueFd link(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  Question question{};
  question.header.nlmsg_len = sizeof question;
  question.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.about.sdiag_family = AF_UNIX;
  question.about.udiag_ino = static_cast<std::uint32_t>(socket_inode);
  question.about.udiag_show = UDIAG_SHOW_PEER;
  question.about.udiag_cookie[0] = ~0U;  // any
  question.about.udiag_cookie[1] = ~0U;
  if (send(link.get(), &question, sizeof question, 0) < 0) return std::nullopt;
  alignas(nlmsghdr) std::array<char, 4096> answer{};
  const ssize_t size = recv(link.get(), answer.data(), answer.size(), 0);
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (size < 0 || !NLMSG_OK(header, static_cast<std::size_t>(size))) return std::nullopt;
  return peer_in(*header);
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
