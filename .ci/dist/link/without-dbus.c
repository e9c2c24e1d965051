/* What libpcap asks of its D-Bus module, answered as if there were no such module.
 *
 * The static library of Debian captures from D-Bus too, and would bring libdbus and libsystemd in
 * for it. sockline captures from network interfaces only. */
#include <pcap/pcap.h>

struct pcap_if_list;

int dbus_findalldevs(struct pcap_if_list *list, char *error);
pcap_t *dbus_create(const char *device, char *error, int *is_ours);

/* Adds no device to the list. */
int dbus_findalldevs(struct pcap_if_list *list, char *error) {
  (void)list;
  (void)error;
  return 0;
}

/* No device is one of D-Bus. */
pcap_t *dbus_create(const char *device, char *error, int *is_ours) {
  (void)device;
  (void)error;
  *is_ours = 0;
  return NULL;
}
