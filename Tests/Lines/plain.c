// A client and a server in one process. Each line that makes a call is marked with its name.
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int dial(struct sockaddr_in *address) {
  int client = socket(AF_INET, SOCK_STREAM, 0);               // here: socket
  connect(client, (struct sockaddr *)address, sizeof *address);  // here: connect
  return client;
}

int main(void) {
  struct sockaddr_in address = {.sin_family = AF_INET};
  socklen_t size = sizeof address;
  char room[16];
  int listening = socket(AF_INET, SOCK_STREAM, 0);                // here: socket
  bind(listening, (struct sockaddr *)&address, sizeof address);  // here: bind
  listen(listening, 5);                                           // here: listen
  getsockname(listening, (struct sockaddr *)&address, &size);     // here: getsockname
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int client = dial(&address);
  int server = accept(listening, NULL, NULL);  // here: accept
  for (int round = 0; round < 3; round++) {
    send(client, "hello", 5, 0);       // here: sendto
    recv(server, room, sizeof room, 0);  // here: recvfrom
    write(server, "hello", 5);         // here: write
    read(client, room, sizeof room);   // here: read
  }
  shutdown(client, SHUT_WR);  // here: shutdown
  close(client);              // here: close
  close(server);              // here: close
  close(listening);           // here: close
  return 0;
}
