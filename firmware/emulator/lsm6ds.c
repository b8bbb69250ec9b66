/* LSM6DSO on I2C: registers, address increment, an output that a read holds still, INT1 pulses.
 *
 * Not modelled: noise, filters (their delay is), FIFO, SPI, other rates than 208 Hz, clock stretching. */
#define FRONTEND_HX711 /* whichever: the motion sensor's pins are the same */
#define IMU_LSM6DS
#define A0 14
#include "../gripforce/config.h"
#include "emulator.h"

#include <simavr/avr_twi.h>
#include <string.h>

#define RATE_HZ (208 * 1.023) /* its oscillator is off by some percent */
#define PULSE_CYCLES (75ull * CPU_HZ / 1000000)
#define LATENCY_S (0.5 / 208)
#define SDA_PIN 18
#define SCL_PIN 19
#define BYTE_CLOCKS 9

enum { DRDY = 0x0B, INT1 = 0x0D, WHO = 0x0F, CTRL_XL = 0x10, CTRL_G = 0x11, CTRL_C = 0x12, OUT = 0x22 };
enum { TWBR = 0xB8, TWCR = 0xBC };

static struct bench *bench;
static int stream;
static avr_irq_t *to_master;
static avr_twi_t *twi;
static bool addressing; /* the byte on its way is an address */

static struct {
    uint8_t reg[0x30];
    uint8_t at; /* the register that comes next */
    bool addressed, at_known, absent, running;
    double next;
} imu;

static struct {
    unsigned refuse;    /* so many more bytes get no acknowledge */
    unsigned held;      /* SDA stays low for so many more clocks */
} faults;

static avr_cycle_count_t pulse_ends(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)avr, (void)when, (void)param;
    drive_pin(bench->avr, PIN_IMU_INT1, 0);
    return 0;
}

static void keep_output(const int32_t *counts)
{
    for (int i = 0; i < MOTIONS; i++) {
        imu.reg[OUT + 2 * i] = (uint8_t)counts[i];
        imu.reg[OUT + 2 * i + 1] = (uint8_t)(counts[i] >> 8);
    }
}

static avr_cycle_count_t sample(avr_t *avr, avr_cycle_count_t when, void *param)
{
    int32_t counts[MOTIONS];
    (void)param;
    if (imu.absent || !imu.running) return 0;
    imu.next += CPU_HZ / RATE_HZ * (1 + bench->rate_error);
    for (int i = 0; i < MOTIONS; i++) {
        const int32_t wanted = bench_counts(bench, when, LATENCY_S, CHANNELS + i);
        counts[i] = wanted > 32767 ? 32767 : wanted < -32768 ? -32768 : wanted;
    }
    keep_output(counts);
    truth_sample(bench->truth, stream, when, counts, MOTIONS);
    if ((imu.reg[INT1] & 1) && (imu.reg[DRDY] & 0x80)) {
        drive_pin(bench->avr, PIN_IMU_INT1, 1);
        avr_cycle_timer_register(avr, PULSE_CYCLES, pulse_ends, NULL);
    }
    return (avr_cycle_count_t)imu.next;
}

static void write_register(uint8_t value)
{
    if (imu.at < sizeof imu.reg) imu.reg[imu.at] = value;
    if (imu.at == CTRL_XL || imu.at == CTRL_G) {
        const bool runs = imu.reg[CTRL_XL] >> 4 == 5 && imu.reg[CTRL_G] >> 4 == 5; /* both at 208 Hz */
        if (runs && !imu.running) {
            imu.next = (double)bench->avr->cycle + CPU_HZ / RATE_HZ;
            avr_cycle_timer_register(bench->avr, (avr_cycle_count_t)(CPU_HZ / RATE_HZ), sample, NULL);
        }
        imu.running = runs;
    }
    imu.at++;
}

static void tell(uint8_t what, uint8_t data) { avr_raise_irq(to_master, avr_twi_irq_msg(what, IMU_ADDRESS << 1, data)); }

/* The protocol's bytes, as simavr tells them: an address behind a start, then one byte each. */
static void on_bus(avr_irq_t *irq, uint32_t value, void *param)
{
    const avr_twi_msg_irq_t message = {.u.v = value};
    const uint8_t what = message.u.twi.msg;
    (void)irq, (void)param;
    addressing = what & TWI_COND_START;
    if (what & TWI_COND_STOP) imu.addressed = false;
    if (imu.absent || faults.held) return;
    if (what & TWI_COND_START) {
        imu.addressed = message.u.twi.addr >> 1 == IMU_ADDRESS;
        if (!imu.addressed) return;
        if (!(message.u.twi.addr & 1)) imu.at_known = false;
        if (faults.refuse) {
            faults.refuse--;
            imu.addressed = false;
            return;
        }
        tell(TWI_COND_ACK, 1);
    } else if (imu.addressed && what & TWI_COND_WRITE) {
        tell(TWI_COND_ACK, 1);
        if (imu.at_known) return write_register(message.u.twi.data);
        imu.at = message.u.twi.data;
        imu.at_known = true;
    } else if (imu.addressed && what & TWI_COND_READ) {
        tell(TWI_COND_READ, imu.at < sizeof imu.reg ? imu.reg[imu.at] : 0);
        imu.at++;
    }
}

/* simavr 1.6 lets a byte take 9 us, whatever the clock. It has just set that timer: set it right,
 * or, while a device holds the data line, to never. It also takes a written address for data. */
static void on_twcr(avr_irq_t *irq, uint32_t value, void *param)
{
    avr_t *avr = bench->avr;
    avr_cycle_timer_slot_t *slot = avr->cycle_timers.timer;
    (void)irq, (void)value, (void)param;
    while (slot && slot->param != twi) slot = slot->next;
    if (!slot) return;
    const avr_cycle_timer_t raise = slot->timer;
    const bool start = twi->next_twstate == 0x08 || twi->next_twstate == 0x10;
    if (addressing && twi->next_twstate == 0x28) twi->next_twstate = 0x18;
    if (addressing && twi->next_twstate == 0x30) twi->next_twstate = 0x20;
    addressing = false;
    const uint64_t clock = 16 + 2u * avr->data[TWBR];
    if (faults.held)
        avr_cycle_timer_cancel(avr, raise, twi);
    else
        avr_cycle_timer_register(avr, (start ? 1 : BYTE_CLOCKS) * clock, raise, twi);
}

/* A clock by hand: with the last bit of its byte, the device lets the data line go. */
static void on_scl(avr_irq_t *irq, uint32_t level, void *param)
{
    (void)irq, (void)param;
    if (level && faults.held && --faults.held == 0) drive_pin(bench->avr, SDA_PIN, 1);
}

void imu_power_on(void)
{
    memset(&imu, 0, sizeof imu);
    imu.reg[WHO] = 0x6C;
    imu.reg[CTRL_C] = 0x04;
    drive_pin(bench->avr, PIN_IMU_INT1, 0);
    drive_pin(bench->avr, SDA_PIN, !faults.held);
    drive_pin(bench->avr, SCL_PIN, 1);
}

void imu_attach(struct bench *b, int stream_number)
{
    avr_io_t *io = b->avr->io_port;
    bench = b;
    stream = stream_number;
    while (io && strcmp(io->kind, "twi") != 0) io = io->next;
    twi = (avr_twi_t *)io;
    avr_irq_t *bus = avr_io_getirq(b->avr, AVR_IOCTL_TWI_GETIRQ(0), 0);
    to_master = bus + TWI_IRQ_INPUT;
    avr_irq_register_notify(bus + TWI_IRQ_OUTPUT, on_bus, NULL);
    avr_irq_register_notify(avr_iomem_getirq(b->avr, TWCR, "twcr", 8), on_twcr, NULL);
    avr_irq_register_notify(pin_irq(b->avr, SCL_PIN), on_scl, NULL);
    imu_power_on();
}

bool imu_fault(const char *name, double a)
{
    if (strcmp(name, "nack-imu") == 0) {
        faults.refuse += (unsigned)a;
    } else if (strcmp(name, "hold-sda") == 0) {
        faults.held = a > 4e9 ? 4000000000u : (unsigned)a;
        drive_pin(bench->avr, SDA_PIN, 0);
    } else if (strcmp(name, "unplug-imu") == 0) {
        imu.absent = true;
        imu.running = false;
    } else if (strcmp(name, "plug-imu") == 0) {
        faults.held = 0;
        imu_power_on();
    } else {
        return false;
    }
    return true;
}
