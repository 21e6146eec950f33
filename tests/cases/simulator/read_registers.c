/* Reads values by libmodbus: lines "unit table address kind order" on stdin, one decoded number or text a line out. */
#include <errno.h>
#include <inttypes.h>
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static float as_float(const uint16_t *r, const char *order) {
    if (!strcmp(order, "ABCD")) return modbus_get_float_abcd(r);
    if (!strcmp(order, "CDAB")) return modbus_get_float_cdab(r);
    if (!strcmp(order, "BADC")) return modbus_get_float_badc(r);
    return modbus_get_float_dcba(r);
}

static uint16_t swapped(uint16_t v) { return (uint16_t)(v << 8 | v >> 8); }

static uint32_t as_uint32(const uint16_t *r, const char *order) {
    uint16_t hi = r[0], lo = r[1];
    if (!strcmp(order, "CDAB") || !strcmp(order, "DCBA")) { hi = r[1]; lo = r[0]; }
    if (!strcmp(order, "BADC") || !strcmp(order, "DCBA")) { hi = swapped(hi); lo = swapped(lo); }
    return (uint32_t)hi << 16 | lo;
}

static uint32_t bcd(uint16_t v) { return (v >> 12) * 1000u + (v >> 8 & 15) * 100u + (v >> 4 & 15) * 10u + (v & 15); }

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    modbus_t *bus = modbus_new_tcp("127.0.0.1", atoi(argv[1]));
    if (!bus || modbus_connect(bus) == -1) { fprintf(stderr, "connect: %s\n", modbus_strerror(errno)); return 1; }
    int unit, address;
    char table[16], kind[16], order[8];
    while (scanf("%d %15s %i %15s %7s", &unit, table, &address, kind, order) == 5) {
        uint16_t r[64] = {0};
        uint8_t bits[8] = {0};
        int got, length = 0;
        modbus_set_slave(bus, unit);
        if (!strcmp(table, "coil")) got = modbus_read_bits(bus, address, 1, bits);
        else if (!strcmp(table, "discrete")) got = modbus_read_input_bits(bus, address, 1, bits);
        else {
            int count = 1;
            if (!strcmp(kind, "uint32") || !strcmp(kind, "int32") || !strcmp(kind, "float32") ||
                !strcmp(kind, "bcd8") || !strcmp(kind, "mod10k")) count = 2;
            if (!strcmp(kind, "float64")) count = 4;
            if (sscanf(kind, "string:%d", &length) == 1) count = (length + 1) / 2;
            got = !strcmp(table, "input") ? modbus_read_input_registers(bus, address, count, r)
                                          : modbus_read_registers(bus, address, count, r);
        }
        if (got == -1) printf("error %d\n", errno - MODBUS_ENOBASE);
        else if (!strcmp(kind, "bool")) printf("%d\n", bits[0]);
        else if (!strcmp(kind, "int16")) printf("%d\n", (int16_t)r[0]);
        else if (!strcmp(kind, "uint16")) printf("%u\n", r[0]);
        else if (!strcmp(kind, "uint32")) printf("%" PRIu32 "\n", as_uint32(r, order));
        else if (!strcmp(kind, "int32")) printf("%" PRId32 "\n", (int32_t)as_uint32(r, order));
        else if (!strcmp(kind, "float32")) printf("%.9g\n", as_float(r, order));
        else if (!strcmp(kind, "bcd8")) printf("%" PRIu32 "\n", bcd(r[0]) * 10000u + bcd(r[1]));
        else if (!strcmp(kind, "mod10k")) printf("%" PRIu32 "\n", r[0] * 10000u + r[1]);
        else if (!strcmp(kind, "float64")) {
            uint64_t raw = (uint64_t)r[0] << 48 | (uint64_t)r[1] << 32 | (uint64_t)r[2] << 16 | r[3];
            double value;
            memcpy(&value, &raw, 8);
            printf("%.17g\n", value);
        } else if (length) {
            for (int i = 0; i < length; i++) {
                char c = i % 2 ? (char)(r[i / 2] & 255) : (char)(r[i / 2] >> 8);
                if (c) putchar(c);
            }
            putchar('\n');
        } else printf("unknown kind %s\n", kind);
    }
    modbus_close(bus);
    modbus_free(bus);
    return 0;
}
