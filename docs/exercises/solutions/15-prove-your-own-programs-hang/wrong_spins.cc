#include <atomic>

std::atomic<bool> done{false};

int main() {
  while (!done) {
  }
}
