// A function that holds a mutex calls another one that takes the same mutex: the thread waits for
// itself.
#include <cstddef>
#include <mutex>
#include <vector>

namespace {

class Journal {
 public:
  std::size_t size() {
    const std::lock_guard lock(mutex_);
    return lines_.size();
  }

  void add(int line) {
    const std::lock_guard lock(mutex_);
    if (size() < 10) lines_.push_back(line);
  }

 private:
  std::mutex mutex_;
  std::vector<int> lines_;
};

}  // namespace

int main() {
  Journal journal;
  journal.add(1);
}
