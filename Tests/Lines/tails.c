// Functions whose last act is a call: an optimising compiler leaves no frame of them.
#include <arpa/inet.h>
#include <sys/socket.h>

#define APART __attribute__((noinline))

static APART long say(int socket, const char *text, long size) {
  if (size == 0) return 0;
  return send(socket, text, size, 0);  // here: sendto
}

static APART long say_again(int socket) { return say(socket, "again", 5); }

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  int listening = socket(AF_INET, SOCK_STREAM, 0);             // here: socket
  listen(listening, 5);                                        // here: listen
  getsockname(listening, (struct sockaddr *)&address, &size);  // here: getsockname
  int client = socket(AF_INET, SOCK_STREAM, 0);                // here: socket
  connect(client, (struct sockaddr *)&address, size);          // here: connect
  long sum = say(client, "hello", 5);
  sum += say_again(client);
  return sum == 10 ? 0 : 1;
}
