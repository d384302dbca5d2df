/// @file
/// About the sockets of other processes: which socket is the other end, and does a call on the
/// socket end by itself after a time?
#pragma once

#include <sys/types.h>

#include <optional>

namespace workbench::hang_proof {

/// The inode of the other end (the peer) of a connected local stream or packet socket. Empty for
/// any other socket: one that listens, has no peer, or belongs to the network; or if the kernel
/// does not tell (sock_diag(7)).
std::optional<unsigned long> peer_of(unsigned long socket_inode);

/// Does a call that sends to this socket (or receives from it) end by itself after a time, because
/// of SO_SNDTIMEO (or SO_RCVTIMEO)? Empty if we may not ask.
std::optional<bool> has_limit_of_time(pid_t process, int socket, bool sending);

}  // namespace workbench::hang_proof
