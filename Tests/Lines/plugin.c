// A library that is loaded while the program runs.
#include <sys/socket.h>

int plugin_say(int socket) {
  int sent = (int)send(socket, "plugin", 6, 0);  // here: sendto
  return sent + 1;
}
