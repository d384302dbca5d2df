// Waits for clients, who never come.
#include <netinet/in.h>
#include <sys/socket.h>

int main() {
  const int server = socket(AF_INET, SOCK_STREAM, 0);
  listen(server, 1);
  return accept(server, nullptr, nullptr);
}
