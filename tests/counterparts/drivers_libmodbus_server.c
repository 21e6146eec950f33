/* A Modbus TCP server on libmodbus, several clients. Usage: PORT; prints READY. */
#include <errno.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/select.h>
#include <unistd.h>

int main(int count, char **words) {
  modbus_t *context = modbus_new_tcp("127.0.0.1", count > 1 ? atoi(words[1]) : 1502);
  modbus_mapping_t *map = modbus_mapping_new(100, 100, 100, 100);
  for (int i = 0; i < 100; i++) map->tab_registers[i] = map->tab_input_registers[i] = i;
  map->tab_registers[0] = map->tab_input_registers[0] = 1234;
  map->tab_bits[0] = map->tab_input_bits[0] = 1;
  int listener = modbus_tcp_listen(context, 8), highest = listener;
  if (listener < 0) return 1;
  printf("READY\n");
  fflush(stdout);
  fd_set all;
  FD_ZERO(&all);
  FD_SET(listener, &all);
  for (;;) {
    fd_set ready = all;
    if (select(highest + 1, &ready, NULL, NULL, NULL) < 0) return 1;
    for (int fd = 0; fd <= highest; fd++) {
      if (!FD_ISSET(fd, &ready)) continue;
      if (fd == listener) {
        int client = listener;
        modbus_tcp_accept(context, &client);
        client = modbus_get_socket(context);
        FD_SET(client, &all);
        if (client > highest) highest = client;
        continue;
      }
      uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];
      modbus_set_socket(context, fd);
      int size = modbus_receive(context, query);
      if (size > 0) {
        modbus_reply(context, query, size, map);
      } else if (size < 0) {
        close(fd);
        FD_CLR(fd, &all);
      }
    }
  }
}
