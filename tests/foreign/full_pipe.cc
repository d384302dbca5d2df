// Parent and child write to each other before either reads. Both pipes are full: a circular wait.
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

int main() {
  int down[2];
  int up[2];
  if (pipe(down) != 0 || pipe(up) != 0) return 1;
  const std::vector<char> much(1 << 20);
  const auto talk = [&](int to, int from) {
    std::vector<char> heard(much.size());
    for (std::size_t done = 0; done < much.size();) {
      const auto some = write(to, much.data(), much.size() - done);
      if (some > 0) done += static_cast<std::size_t>(some);
    }
    return read(from, heard.data(), heard.size());
  };
  if (fork() == 0) {
    talk(up[1], down[0]);
    return 0;
  }
  talk(down[1], up[0]);
  return wait(nullptr) < 0 ? 1 : 0;
}
