/* What happens when: lines of `T_S NAME [A] [B]`, or without a time from standard input.
 *
 *   trigger LEVEL        the trigger input goes high (1) or low (0)
 *   miss-drdy N          the next N falls of DRDY do not happen          (ads131m04)
 *   stuck-drdy S         DRDY stays high for S seconds                     (ads131m04)
 *   flip-spi N           a bit of the next N answers is wrong            (ads131m04)
 *   extra-clock CELL     the chip counts a clock that nobody gave        (hx711; 1 to 4)
 *   stuck-dout CELL S    the chip is silent for S seconds                (hx711)
 *   unplug, plug         the converter's cable
 *   reset-adc            the converter alone starts anew, with the registers of its power-on (ads131m04)
 *   set-register A V     a register of the converter changes by itself           (ads131m04)
 *   nack-imu N           the motion sensor does not acknowledge the next N times it is addressed
 *   hold-sda N           it holds the data line low, until N clocks have gone by
 *   unplug-imu, plug-imu its cable
 *   brown-out            the supply dips, and the processor starts anew
 *   upset I              a discharge throws the processor into an endless loop, interrupts on (1) or off
 *   cut-eeprom K         the supply dips during the K-th EEPROM write from now on
 *   send HEX             bytes to the firmware, as if the host had sent them
 *   quit                 the end
 */
#include "emulator.h"

#include <stdlib.h>
#include <string.h>

#define MOST 4096

static struct {
    uint64_t cycle;
    char *line;
} events[MOST];
static size_t n_events, done;

static bool send_hex(const char *hex)
{
    uint8_t bytes[512];
    size_t n = 0;
    unsigned byte;
    for (; n < sizeof bytes && sscanf(hex, "%2x", &byte) == 1; hex += 2) bytes[n++] = (uint8_t)byte;
    link_inject(bytes, n);
    return n > 0;
}

bool event_do(const char *line)
{
    char name[32] = "", rest[1100] = "";
    double a = 1, b = 0;
    sscanf(line, "%31s %1099[^\n]", name, rest);
    sscanf(rest, "%lf %lf", &a, &b);
    if (!*name) return true;
    if (strcmp(name, "send") == 0) return send_hex(rest);
    if (strcmp(name, "trigger") == 0) return machine_trigger((int)a), true;
    if (strcmp(name, "brown-out") == 0) return machine_brown_out(), true;
    if (strcmp(name, "upset") == 0) return machine_upset(a != 0), true;
    if (strcmp(name, "cut-eeprom") == 0) return machine_cut_eeprom((unsigned)a), true;
    if (strcmp(name, "quit") == 0) return stop_asked = true;
    return machine_fault(name, a, b);
}

bool events_read(const char *path)
{
    char line[1200];
    double last = 0;
    FILE *file = fopen(path, "r");
    for (unsigned number = 1; file && fgets(line, sizeof line, file); number++) {
        double t_s;
        int used = 0;
        if (line[0] == '#' || line[strspn(line, " \n")] == '\0') continue;
        if (sscanf(line, "%lf %n", &t_s, &used) != 1 || t_s < last || n_events == MOST) {
            fprintf(stderr, "emulator: %s, line %u: want `T_S NAME [A] [B]`, in order of time\n", path,
                    number);
            fclose(file);
            return false;
        }
        last = t_s;
        events[n_events].cycle = (uint64_t)(t_s * CPU_HZ);
        events[n_events++].line = strdup(line + used);
    }
    if (!file) fprintf(stderr, "emulator: cannot read the events %s\n", path);
    return file && fclose(file) == 0;
}

uint64_t events_next(void) { return done < n_events ? events[done].cycle : UINT64_MAX; }

void events_run(uint64_t cycle)
{
    while (events_next() <= cycle) {
        const char *line = events[done++].line;
        if (!event_do(line)) fprintf(stderr, "emulator: no such event: %s", line);
    }
}
