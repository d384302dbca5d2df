// Asio: a packaged_task for each task is posted to a thread_pool, and the caller collects its
// future.
#include <asio/packaged_task.hpp>
#include <asio/post.hpp>
#include <asio/thread_pool.hpp>
#include <future>
#include <utility>

#include "futures.h"

class Pool {
 public:
  explicit Pool(int workers) : pool_(workers) {}

  template <class Action>
  std::future<Sum> submit(Action action) {
    return asio::post(pool_, std::packaged_task<Sum()>(std::move(action)));
  }

 private:
  asio::thread_pool pool_;  // its destructor drops the tasks that were not begun
};

int main() { use<Pool>(); }
