/// @file
/// About the sockets of other processes: which socket is the other end, what waits in its queue,
/// and does a call on it end by itself after a time?
///
/// Limit: only sockets of our own network namespace are known. Of any other socket these functions
/// say that nothing is known.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace workbench::hang_proof {

using Inode = unsigned long;

/// A socket that is connected, or that others may connect or send to.
struct Socket {
  enum class Family { local, tcp };
  Family family = Family::local;
  Inode peer = 0;            ///< the other end; 0: there is none, or it has no descriptor
  bool is_pair = true;       ///< nobody but the peer can send to it
  bool has_name = false;     ///< others may find it: it has a path, or a name that is none
  bool has_timer = false;    ///< the kernel will do something on its own (keep-alive, say)
  std::uint32_t unread = 0;  ///< bytes that have arrived
  bool is_stream = true;  ///< otherwise messages may be empty, and carry descriptors all the same
};

/// All local sockets and all connected TCP sockets, at the moment when it was made.
class SocketTable {
 public:
  SocketTable();

  /// Null: a socket of another kind, or of another network namespace.
  const Socket* find(Inode inode) const;

  const std::map<Inode, Socket>& all() const { return sockets_; }

  /// Connections wait to be accepted, and something was sent over one of them already.
  bool has_unaccepted_messages() const { return unaccepted_messages_; }

 private:
  void ask_for_local_sockets();
  void ask_for_tcp_sockets();

  std::map<Inode, Socket> sockets_;
  bool unaccepted_messages_ = false;
};

/// 4711 from `socket:[4711]`.
Inode inode_in(const std::string& name);

/// Does a call that sends to this socket (or receives from it) end by itself after a time, because
/// of SO_SNDTIMEO (or SO_RCVTIMEO)? Empty if we may not ask. This is what stands there now; a call
/// that has begun before goes by what stood there then.
std::optional<bool> has_limit_of_time(pid_t process, int socket, bool sending);

}  // namespace workbench::hang_proof
