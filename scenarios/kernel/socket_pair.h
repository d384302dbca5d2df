/// @file
/// Which socket is the other end of this one?
#pragma once

#include <optional>

namespace workbench::scenarios::kernel {

/// The inode of the peer of a connected local stream or packet socket. Empty for any other socket:
/// it listens, it has no peer, it is of the network, or the kernel does not tell (sock_diag(7)).
std::optional<unsigned long> peer_of(unsigned long socket_inode);

}  // namespace workbench::scenarios::kernel
