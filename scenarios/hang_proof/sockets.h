/// @file
/// Sockets of other processes: which is the other end of one, and how long may it be waited for?
#pragma once

#include <sys/types.h>

#include <optional>

namespace workbench::hang_proof {

/// The inode of the peer of a connected local stream or packet socket. Empty for any other socket:
/// it listens, it has no peer, it is of the network, or the kernel does not tell (sock_diag(7)).
std::optional<unsigned long> peer_of(unsigned long socket_inode);

/// Do calls that send to this socket, or receive from it, end by themselves after a time
/// (SO_SNDTIMEO, SO_RCVTIMEO)? Empty if it cannot be asked.
std::optional<bool> has_limit_of_time(pid_t process, int socket, bool sending);

}  // namespace workbench::hang_proof
