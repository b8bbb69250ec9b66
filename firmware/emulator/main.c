/* The true image in an emulated ATmega328P, with emulated converters and a pty for its UART. */
#define _GNU_SOURCE
#include "emulator.h"

#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <simavr/avr_eeprom.h>
#include <simavr/avr_extint.h>
#include <simavr/sim_elf.h>
#include <simavr/sim_io.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PAINT 0xA5 /* fresh memory: what the stack never reached still has it */
#define SERVE_CYCLES (CPU_HZ / 2000)
#define RUN_CYCLES (SERVE_CYCLES / 8) /* instructions in one go, where no timer or interrupt is due */
#define RAM_START 0x100

/* Registers of the ATmega328P as the data space has them. */
enum { EECR = 0x3F, EEARL = 0x41, EEARH = 0x42, MCUSR = 0x54, BORF = 1 << 2, EEPE = 1 << 1 };

static struct bench bench;
static struct account account;
static const struct frontend *frontend = &frontend_ads131m04;
static bool brown_out_due;
static unsigned cut_after; /* EEPROM writes until the supply dips; 0: never */
static const char *image, *waveform, *link_at, *truth_at, *events_at, *eeprom_at;
static bool paced, control, old_boot_loader;
static unsigned endless_loop; /* where a discharge throws the processor */
static double duration_s;
static uint32_t start_tick;
static uint64_t asleep_before, bytes_before;

static void ask_stop(int signal) { stop_asked = signal != 0; }

avr_irq_t *pin_irq(avr_t *avr, int pin)
{
    const char port = pin < 8 ? 'D' : pin < 14 ? 'B' : 'C';
    const int bit = pin < 8 ? pin : pin < 14 ? pin - 8 : pin - 14;
    return avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ(port), bit);
}

static avr_ioport_external_t pulls[3]; /* of ports D, B, C: what drives their pins from outside */

void drive_pin(avr_t *avr, int pin, int level)
{
    const int port = pin < 8 ? 0 : pin < 14 ? 1 : 2;
    const int bit = pin < 8 ? pin : pin < 14 ? pin - 8 : pin - 14;
    avr_ioport_external_t *pull = &pulls[port];
    pull->name = (unsigned long)"DBC"[port];
    pull->mask |= 1u << bit;
    pull->value = level ? pull->value | 1u << bit : pull->value & ~(1u << bit);
    avr_ioctl(avr, AVR_IOCTL_IOPORT_SET_EXTERNAL(pull->name), pull);
    avr_raise_irq(pin_irq(avr, pin), (uint32_t)level);
}

int32_t bench_counts(const struct bench *b, uint64_t cycle, double latency_s, int column)
{
    const double t_s = b->start_cycle ? (double)(cycle - b->start_cycle) / CPU_HZ - latency_s : 0;
    return waveform_at(&b->wave, t_s, column);
}

void machine_trigger(int level)
{
    truth_trigger(bench.truth, bench.avr->cycle, level);
    drive_pin(bench.avr, frontend->trigger_pin, level);
}

bool machine_fault(const char *name, double a, double b)
{
    const bool known = imu_fault(name, a) || frontend->fault(name, a, b);
    if (known) truth_fault(bench.truth, name);
    return known;
}

void machine_brown_out(void)
{
    brown_out_due = true;
    bench.avr->run_cycle_count = 0; /* at the end of this instruction */
}

void machine_cut_eeprom(unsigned after_writes) { cut_after = after_writes; }

static void on_start(void)
{
    bench.start_cycle = bench.avr->cycle;
    asleep_before = account.asleep;
    bytes_before = link_bytes_sent();
    truth_start(bench.truth, bench.avr->cycle);
}

static void on_ttl(avr_irq_t *irq, uint32_t level, void *param)
{
    (void)irq, (void)param;
    truth_ttl(bench.truth, bench.avr->cycle, (int)level);
}

/* The byte whose write is cut is neither the old nor the new one. */
static void spoil_eeprom(avr_t *avr)
{
    uint8_t byte = 0;
    const uint16_t at = (uint16_t)(avr->data[EEARL] | (avr->data[EEARH] & 3) << 8);
    avr_eeprom_desc_t where = {.ee = &byte, .offset = at, .size = 1};
    avr_ioctl(avr, AVR_IOCTL_EEPROM_GET, &where);
    byte = (uint8_t)(byte ^ 0x5A);
    where.ee = &byte;
    avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &where);
}

static void on_eecr(avr_irq_t *irq, uint32_t value, void *param)
{
    (void)irq, (void)param;
    if (!(value & EEPE)) return;
    account.eeprom_writes++;
    if (cut_after && --cut_after == 0) {
        truth_fault(bench.truth, "cut-eeprom");
        machine_brown_out();
    }
}

static void paint_ram(avr_t *avr)
{
    memset(avr->data + RAM_START, PAINT, (size_t)avr->ramend + 1 - RAM_START);
}

/* The longest run of fresh memory: it lies between the variables and the stack. */
static unsigned untouched_ram(const avr_t *avr)
{
    unsigned longest = 0, run = 0;
    for (unsigned at = RAM_START; at <= avr->ramend; at++) {
        run = avr->data[at] == PAINT ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest;
}

/* What simavr 1.6 leaves undone in a reset: it keeps interrupts as pending, which are then never raised
 * again, and takes every pin for low until its level changes. */
static void finish_reset(avr_t *avr)
{
    static const unsigned pin_register[] = {0x29, 0x23, 0x26};
    for (int i = 0; i < avr->interrupts.vector_count; i++) avr->interrupts.vector[i]->pending = 0;
    for (int i = 0; i < 3; i++) avr->data[pin_register[i]] = (uint8_t)(pulls[i].value & pulls[i].mask);
}

static void dip(avr_t *avr, bool in_eeprom_write)
{
    brown_out_due = false;
    truth_fault(bench.truth, "brown-out");
    if (in_eeprom_write) spoil_eeprom(avr);
    paint_ram(avr);
    avr_reset(avr);
    finish_reset(avr);
    link_power_cycle();
    avr->data[MCUSR] = BORF;
    frontend->power_on();
    imu_power_on();
    account.resets++;
}

/* simavr 1.6 would forget the RAM, which a real reset leaves as it is. The converters know nothing of it. */
static void bite(avr_t *avr)
{
    static uint8_t kept[0x900];
    const size_t size = (size_t)avr->ramend + 1 - RAM_START;
    truth_fault(bench.truth, "watchdog");
    memcpy(kept, avr->data + RAM_START, size);
    avr_run(avr);
    memcpy(avr->data + RAM_START, kept, size);
    finish_reset(avr);
    link_power_cycle();
    if (old_boot_loader) avr->data[MCUSR] = 0;
    account.resets++;
}

void machine_upset(bool interrupts_on)
{
    truth_fault(bench.truth, "upset");
    bench.avr->pc = endless_loop;
    bench.avr->sreg[S_I] = interrupts_on;
    bench.avr->state = cpu_Running;
}

static void no_sleep(avr_t *avr, avr_cycle_count_t cycles)
{
    (void)avr;
    account.asleep += cycles;
}

/* Holds virtual time back to real time; it may lag behind, and then catches up. */
static void pace(uint64_t cycle)
{
    static struct timespec begun;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!begun.tv_sec) begun = now;
    const double real = (double)(now.tv_sec - begun.tv_sec) + 1e-9 * (double)(now.tv_nsec - begun.tv_nsec);
    const double ahead = (double)cycle / CPU_HZ - real;
    if (ahead > 0.001) usleep((useconds_t)(ahead * 1e6));
}

static void obey_control(void)
{
    static char line[1200];
    static size_t n;
    char byte;
    ssize_t got;
    while ((got = read(STDIN_FILENO, &byte, 1)) == 1) {
        if (byte != '\n') {
            if (n + 1 < sizeof line) line[n++] = byte;
            continue;
        }
        line[n] = '\0';
        n = 0;
        if (!event_do(line)) fprintf(stderr, "emulator: no such event: %s\n", line);
    }
    if (got == 0) stop_asked = true; /* whoever had control is gone */
}

static void serve(avr_t *avr)
{
    do {
        if (control) obey_control();
    } while (!link_serve() && !stop_asked);
    events_run(avr->cycle);
    if (paced) pace(avr->cycle);
}

static void run(avr_t *avr)
{
    const uint64_t end = duration_s > 0 ? (uint64_t)(duration_s * CPU_HZ) : UINT64_MAX;
    uint64_t next = 0;
    void (*const run_usually)(avr_t *) = avr->run;
    while (!stop_asked && avr->cycle < end) {
        if (avr->run != run_usually) bite(avr);
        const unsigned writes = account.eeprom_writes;
        avr->run_cycle_limit = RUN_CYCLES; /* a reset makes it 1 */
        const int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            fprintf(stderr, "emulator: the processor stopped at %.3f s\n", (double)avr->cycle / CPU_HZ);
            break;
        }
        if (brown_out_due) dip(avr, account.eeprom_writes != writes);
        if (avr->cycle >= next) {
            serve(avr);
            next = avr->cycle + SERVE_CYCLES;
        }
    }
    link_serve();
}

static void eeprom(avr_t *avr, bool save)
{
    uint8_t bytes[1024];
    avr_eeprom_desc_t all = {.ee = bytes, .offset = 0, .size = sizeof bytes};
    FILE *file = eeprom_at ? fopen(eeprom_at, save ? "wb" : "rb") : NULL;
    if (!file) return;
    if (save) {
        avr_ioctl(avr, AVR_IOCTL_EEPROM_GET, &all);
        fwrite(all.ee, 1, sizeof bytes, file);
    } else if (fread(bytes, 1, sizeof bytes, file) == sizeof bytes) {
        avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &all);
    }
    fclose(file);
}

static int usage(void)
{
    fprintf(stderr,
            "emulator --image ELF --waveform CSV [--frontend ads131m04|hx711] [--link PATH]\n"
            "         [--truth JSON] [--events FILE] [--eeprom FILE] [--duration S] [--paced]\n"
            "         [--control] [--start-tick US] [--clock-ppm N] [--cell-rate HZ]\n"
            "         [--old-boot-loader]\n");
    return 2;
}

static bool read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"image", 1, 0, 'i'},    {"waveform", 1, 0, 'w'}, {"frontend", 1, 0, 'f'},
        {"link", 1, 0, 'l'},     {"truth", 1, 0, 't'},    {"events", 1, 0, 'e'},
        {"eeprom", 1, 0, 'E'},   {"duration", 1, 0, 'd'}, {"paced", 0, 0, 'p'},
        {"control", 0, 0, 'c'},  {"start-tick", 1, 0, 's'}, {"clock-ppm", 1, 0, 'r'},
        {"cell-rate", 1, 0, 'R'}, {"old-boot-loader", 0, 0, 'o'},
        {0, 0, 0, 0},
    };
    bench.rate_error = 37e-6; /* a quartz off by as much, so that no edge stands still beside another */
    bench.cell_rate_hz = 80;
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (option) {
        case 'i': image = optarg; break;
        case 'w': waveform = optarg; break;
        case 'l': link_at = optarg; break;
        case 't': truth_at = optarg; break;
        case 'e': events_at = optarg; break;
        case 'E': eeprom_at = optarg; break;
        case 'd': duration_s = atof(optarg); break;
        case 'p': paced = true; break;
        case 'c': control = true; break;
        case 's': start_tick = (uint32_t)strtoul(optarg, NULL, 0); break;
        case 'r': bench.rate_error = -1e-6 * atof(optarg); break;
        case 'R': bench.cell_rate_hz = atof(optarg); break;
        case 'o': old_boot_loader = true; break; /* it clears MCUSR */
        case 'f':
            if (strcmp(optarg, "hx711") == 0)
                frontend = &frontend_hx711;
            else if (strcmp(optarg, "ads131m04") != 0)
                return false;
            break;
        default: return false;
        }
    }
    return image && waveform && optind == argc;
}

/* micros() counts overflows of timer 0, 1024 us each: it begins near its end where a test wants it. */
static avr_cycle_count_t set_tick(avr_t *avr, avr_cycle_count_t when, void *param)
{
    const unsigned at = *(const unsigned *)param;
    const uint32_t overflows = start_tick / 1024;
    (void)when;
    for (int i = 0; i < 4; i++) avr->data[at + (unsigned)i] = (uint8_t)(overflows >> 8 * i);
    return 0;
}

static unsigned tick_address(const elf_firmware_t *elf)
{
    for (uint32_t i = 0; i < elf->symbolcount; i++) {
        if (strcmp(elf->symbol[i]->symbol, "timer0_overflow_count") == 0)
            return elf->symbol[i]->addr & 0xFFFF;
    }
    return 0;
}

/* A jump to itself: avr-libc has one behind main(). */
static unsigned find_endless_loop(const avr_t *avr)
{
    for (unsigned at = 0; at + 1 < avr->flashend; at += 2) {
        if (avr->flash[at] == 0xFF && avr->flash[at + 1] == 0xCF) return at;
    }
    return 0;
}

static avr_t *make_machine(void)
{
    static elf_firmware_t elf;
    static unsigned tick_at;
    if (access(image, R_OK) != 0 || elf_read_firmware(image, &elf) != 0) {
        fprintf(stderr, "emulator: cannot read the image %s\n", image);
        return NULL;
    }
    elf.frequency = CPU_HZ;
    elf.vcc = elf.avcc = elf.aref = 5000;
    strcpy(elf.mmcu, "atmega328p");
    avr_t *avr = avr_make_mcu_by_name(elf.mmcu);
    if (!avr) return NULL;
    avr_init(avr);
    avr->log = LOG_ERROR;
    avr_load_firmware(avr, &elf);
    avr->sleep = no_sleep;
    /* Until the firmware chooses edges, simavr would poll a low level for ever, a timer for each fall. */
    for (uint8_t i = 0; i < 2; i++) avr_extint_set_strict_lvl_trig(avr, i, 0);
    paint_ram(avr);
    tick_at = tick_address(&elf);
    endless_loop = find_endless_loop(avr);
    if (start_tick && tick_at) avr_cycle_timer_register(avr, CPU_HZ / 500, set_tick, &tick_at);
    return avr;
}

int main(int argc, char **argv)
{
    if (!read_options(argc, argv)) return usage();
    if (!waveform_read(&bench.wave, waveform)) return 1;
    if (events_at && !events_read(events_at)) return 1;
    avr_t *avr = bench.avr = make_machine();
    if (!avr) return 1;
    bench.truth = truth_new();
    eeprom(avr, false);
    frontend->attach(&bench);
    imu_attach(&bench, frontend->streams);
    avr_irq_register_notify(pin_irq(avr, frontend->ttl_pin), on_ttl, NULL);
    avr_irq_register_notify(avr_iomem_getirq(avr, EECR, "eecr", 8), on_eecr, NULL);
    drive_pin(avr, frontend->trigger_pin, 0);
    if (!link_open(avr, link_at, paced, on_start)) return 1;
    if (control) fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
    signal(SIGINT, ask_stop);
    signal(SIGTERM, ask_stop);
    if (link_at) printf("ready\n"), fflush(stdout);
    run(avr);
    eeprom(avr, true);
    account.frontend = frontend->name;
    account.cycles = avr->cycle;
    account.bytes_sent = link_bytes_sent();
    account.streaming_cycles = avr->cycle - bench.start_cycle;
    account.streaming_asleep = account.asleep - asleep_before;
    account.streaming_bytes = account.bytes_sent - bytes_before;
    account.bytes_received = link_bytes_received();
    account.ram_untouched = untouched_ram(avr);
    const bool told = !truth_at || truth_write(bench.truth, &account, truth_at);
    link_close();
    return told ? 0 : 1;
}
