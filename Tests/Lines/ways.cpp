// Ways to a call in C++: methods, closures, algorithms, a thread, a signal's handler, and a library
// that is loaded late, named by the first argument.
#include <arpa/inet.h>
#include <dlfcn.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <thread>
#include <vector>

struct Client {
  int number;
  explicit Client(const sockaddr_in &address) {
    number = socket(AF_INET, SOCK_STREAM, 0);                              // here: socket
    connect(number, (const sockaddr *)&address, sizeof address);  // here: connect
  }
  ~Client() {
    close(number);  // here: close
    number = -1;
  }
  void say() const {
    if (send(number, "hello", 5, 0) != 5) throw 1;  // here: sendto
  }
};

static volatile int handled, signalled;

static void handle(int) {
  handled = (int)send(signalled, "signal", 6, 0);  // here: sendto
}

int main(int, char **arguments) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  socklen_t size = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0);             // here: socket
  listen(listening, 5);                                        // here: listen
  getsockname(listening, (sockaddr *)&address, &size);  // here: getsockname
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

  std::vector<int> rounds{1, 2};
  std::for_each(rounds.begin(), rounds.end(), [&](int) {
    Client client(address);
    client.say();
  });
  std::function<int()> take = [&] {
    int server = accept(listening, nullptr, nullptr);  // here: accept
    shutdown(server, SHUT_RDWR);                       // here: shutdown
    return server;
  };
  take();
  int other = 0;
  std::thread thread([&] {
    other = accept(listening, nullptr, nullptr);  // here: accept
  });
  thread.join();

  Client last(address);
  signalled = last.number;
  signal(SIGUSR1, handle);
  raise(SIGUSR1);
  void *library = dlopen(arguments[1], RTLD_NOW);
  auto say = (int (*)(int))dlsym(library, "plugin_say");
  return say(last.number) == 7 && handled == 6 ? 0 : 1;
}
