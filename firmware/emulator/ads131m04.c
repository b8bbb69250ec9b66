/* ADS131M04, after its datasheet: SPI slave with registers, two conversions of memory, DRDY and CRC.
 *
 * Registers act: MODE sets the word length and clears STATUS.RESET, GAIN scales (the waveform is in
 * counts at the gains of config.h), CLOCK enables channels and sets the rate. Data are shifted at the
 * edges of SPI mode 1: in another mode each byte is off by a bit.
 *
 * Not modelled: noise, the sinc filter's shape (its group delay is), CRC on DIN, locking, global
 * chop, current detection. */
#define FRONTEND_ADS131M04
#include "../gripforce/config.h"
#include "emulator.h"

#include <simavr/avr_spi.h>
#include <string.h>

#define WORDS 6
#define FRAME (3 * WORDS)
#define RESET_CYCLES (2048ull * CPU_HZ / ADC_CLOCK_HZ)

enum { SPDR = 0x4E }; /* in the data space */
enum { ID = 0, STATUS = 1, MODE = 2, CLOCK = 3, GAIN = 4, REGISTERS = 64 };
enum { RESET_BIT = 0x0400, WORD_LENGTH = 0x0300, WORDS_OF_24_BITS = 0x0100 };
enum { SPCR = 0x4C, SPSR = 0x4D, DORD_CPOL_CPHA = 0x2C, SPI_MODE_1 = 0x04 }; /* DORD: lowest bit first */

static const int configured_gain[CHANNELS] = {ADC_GAIN_GRIP_THUMB, ADC_GAIN_GRIP_INDEX, ADC_GAIN_LOAD_THUMB,
                                              ADC_GAIN_LOAD_INDEX};

static struct bench *bench;
static avr_irq_t *miso;

static struct {
    uint16_t reg[REGISTERS];
    uint16_t response; /* to the last frame's command */
    uint8_t out[FRAME], in[FRAME];
    int byte;
    bool selected, in_reset, standby, absent;
    uint64_t reset_since;
    int32_t kept[2][CHANNELS]; /* conversions that have not been read, the older first */
    int n_kept;
    double next; /* cycle of the next conversion */
    unsigned settling;
    uint64_t ready_since;
} adc;

static struct {
    unsigned skip_drdy, flip_bits;
    uint64_t drdy_stuck_until;
} faults;

static double period_cycles(void)
{
    int osr = 128 << (adc.reg[CLOCK] >> 2 & 7);
    return (double)osr / (ADC_CLOCK_HZ / 2.0) * CPU_HZ * (1 + bench->rate_error);
}

/* sinc3 over at most 1024, then a mean of its outputs: see stream() of the driver. */
static double latency_s(void)
{
    int osr = 128 << (adc.reg[CLOCK] >> 2 & 7);
    int sinc3 = osr < 1024 ? osr : 1024;
    return (1.5 * (sinc3 - 1) + (osr / sinc3 - 1) * sinc3 / 2.0) / (ADC_CLOCK_HZ / 2.0);
}

static uint16_t crc_ccitt(const uint8_t *bytes, int n)
{
    uint16_t crc = 0xFFFF;
    for (int i = 0; i < n; i++) {
        crc ^= (uint16_t)(bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++) crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
    }
    return crc;
}

/* The fastest clock of each power mode, from the recommended operating conditions. */
static bool too_fast(void)
{
    static const uint32_t most_hz[] = {2080000, 4150000, 8400000, 8400000};
    return ADC_CLOCK_HZ > most_hz[adc.reg[CLOCK] & 3];
}

/* The waveform is what the gain of config.h makes of the cell: what a right driver gets, and the truth.
 * Another gain makes another number. */
static int32_t channel_counts(int32_t right, avr_cycle_count_t when, int channel)
{
    if (!(adc.reg[CLOCK] >> (8 + channel) & 1)) return 0;
    if (too_fast()) return (int32_t)(when * 2654435761u) >> 9; /* the modulator does not settle */
    const int64_t gain = 1 << (adc.reg[GAIN] >> 4 * channel & 7);
    const int64_t counts = right * gain / configured_gain[channel];
    return (int32_t)(counts > 0x7FFFFF ? 0x7FFFFF : counts < -0x800000 ? -0x800000 : counts);
}

static avr_cycle_count_t convert(avr_t *avr, avr_cycle_count_t when, void *param)
{
    (void)avr, (void)param;
    if (adc.in_reset || adc.standby || adc.absent) return 0;
    adc.next += period_cycles();
    const avr_cycle_count_t next = (avr_cycle_count_t)adc.next;
    if (adc.settling) {
        adc.settling--;
        return next;
    }
    if (adc.n_kept == 2) memcpy(adc.kept[0], adc.kept[1], sizeof adc.kept[0]);
    int32_t *fresh = adc.kept[adc.n_kept == 2 ? 1 : adc.n_kept];
    if (adc.n_kept < 2) adc.n_kept++;
    int32_t right[CHANNELS];
    for (int c = 0; c < CHANNELS; c++) {
        right[c] = bench_counts(bench, when, latency_s(), c);
        fresh[c] = channel_counts(right[c], when, c);
    }
    truth_sample(bench->truth, 0, when, right, CHANNELS);
    adc.ready_since = when;
    drive_pin(bench->avr, PIN_ADC_DRDY, 1); /* unread data: a short pulse before the next fall */
    if (faults.skip_drdy)
        faults.skip_drdy--;
    else if (when >= faults.drdy_stuck_until)
        drive_pin(bench->avr, PIN_ADC_DRDY, 0);
    return next;
}

static void schedule(unsigned settling)
{
    adc.settling = settling;
    adc.next = (double)bench->avr->cycle + period_cycles();
    avr_cycle_timer_cancel(bench->avr, convert, NULL);
    avr_cycle_timer_register(bench->avr, (avr_cycle_count_t)period_cycles(), convert, NULL);
}

static void set_registers(void)
{
    memset(adc.reg, 0, sizeof adc.reg);
    adc.reg[ID] = 0x2401;
    adc.reg[STATUS] = 0x0500;
    adc.reg[MODE] = 0x0510;
    adc.reg[CLOCK] = 0x0F0E;
    adc.response = 0xFF24;
    adc.n_kept = 0;
    adc.standby = false;
}

static void put_word(int word, uint32_t value24)
{
    adc.out[3 * word] = (uint8_t)(value24 >> 16);
    adc.out[3 * word + 1] = (uint8_t)(value24 >> 8);
    adc.out[3 * word + 2] = (uint8_t)value24;
}

static void begin_frame(void)
{
    static const int32_t nothing[CHANNELS];
    const int32_t *counts = adc.n_kept ? adc.kept[0] : nothing;
    put_word(0, (uint32_t)adc.response << 8);
    for (int c = 0; c < CHANNELS; c++) put_word(1 + c, (uint32_t)counts[c] & 0xFFFFFF);
    put_word(5, (uint32_t)crc_ccitt(adc.out, FRAME - 3) << 8);
    adc.byte = 0;
    if (adc.n_kept) truth_waited(bench->truth, bench->avr->cycle - adc.ready_since);
}

static void obey(uint16_t command, uint16_t argument)
{
    const int address = command >> 7 & 0x3F;
    adc.response = (uint16_t)(adc.reg[STATUS] | (adc.n_kept ? 0xF : 0));
    if (command == 0x0011) {
        set_registers();
        schedule(3);
    } else if (command == 0x0022) {
        adc.standby = true;
        adc.response = command;
    } else if (command == 0x0033) {
        adc.standby = false;
        adc.response = command;
        schedule(3);
    } else if ((command & 0xE07F) == 0xA000) {
        adc.response = adc.reg[address];
    } else if ((command & 0xE07F) == 0x6000) {
        if (address > STATUS) adc.reg[address] = argument;
        if (address == MODE) {
            adc.reg[STATUS] &= (uint16_t)~(WORD_LENGTH | (argument & RESET_BIT ? 0 : RESET_BIT));
            adc.reg[STATUS] |= argument & WORD_LENGTH;
        }
        adc.response = (uint16_t)(0x4000 | address << 7);
        if (address == CLOCK) schedule(3);
    }
}

/* All data words out: DRDY rises, unless the second conversion still waits. */
static void end_frame(void)
{
    /* Words of another length: the host's 18 bytes are no frame, its command is not seen. */
    if (adc.byte != FRAME || (adc.reg[MODE] & WORD_LENGTH) != WORDS_OF_24_BITS) return;
    if (adc.n_kept && --adc.n_kept) memcpy(adc.kept[0], adc.kept[1], sizeof adc.kept[0]);
    if (!adc.n_kept) drive_pin(bench->avr, PIN_ADC_DRDY, 1);
    obey((uint16_t)(adc.in[0] << 8 | adc.in[1]), (uint16_t)(adc.in[3] << 8 | adc.in[4]));
}

static void on_select(avr_irq_t *irq, uint32_t level, void *param)
{
    (void)irq, (void)param;
    if (adc.absent || adc.in_reset || adc.selected == !level) return;
    adc.selected = !level;
    if (adc.selected)
        begin_frame();
    else
        end_frame();
}

static void on_mosi(avr_irq_t *irq, uint32_t byte, void *param)
{
    (void)irq, (void)param;
    uint8_t answer = 0xFF; /* what a pull-up says when nobody drives the line */
    if (adc.selected && adc.byte < FRAME) {
        const bool in_step = (bench->avr->data[SPCR] & DORD_CPOL_CPHA) == SPI_MODE_1;
        adc.in[adc.byte] = (uint8_t)(in_step ? byte : byte << 1);
        answer = (uint8_t)(in_step ? adc.out[adc.byte] : adc.out[adc.byte] >> 1);
        adc.byte++;
        if (faults.flip_bits && adc.byte == 8) {
            faults.flip_bits--;
            answer ^= 0x10;
        }
    }
    avr_raise_irq(miso, answer);
}

/* simavr 1.6 lets every byte take 100 us. It has just set that timer: set it to eight clocks. */
static void on_spdr(avr_irq_t *irq, uint32_t byte, void *param)
{
    static const uint8_t divider[] = {4, 16, 64, 128};
    avr_t *avr = bench->avr;
    avr_io_t *spi = avr->io_port;
    avr_cycle_timer_slot_t *slot = avr->cycle_timers.timer;
    (void)irq, (void)byte, (void)param;
    while (spi && strcmp(spi->kind, "spi") != 0) spi = spi->next;
    while (slot && slot->param != spi) slot = slot->next;
    if (!slot) return;
    const avr_cycle_timer_t raise = slot->timer;
    const int doubled = avr->data[SPSR] & 1;
    avr_cycle_timer_register(avr, 8u * divider[avr->data[SPCR] & 3] >> doubled, raise, spi);
}

static void on_reset(avr_irq_t *irq, uint32_t level, void *param)
{
    (void)irq, (void)param;
    if (adc.absent || adc.in_reset == !level) return;
    adc.in_reset = !level;
    if (adc.in_reset) {
        adc.reset_since = bench->avr->cycle;
        return;
    }
    if (bench->avr->cycle - adc.reset_since >= RESET_CYCLES) set_registers();
    schedule(3);
}

static void power_on(void)
{
    drive_pin(bench->avr, PIN_ADC_DRDY, 1);
    adc.in_reset = adc.selected = false;
    set_registers();
    schedule(3);
}

static void attach(struct bench *b)
{
    bench = b;
    avr_irq_t *spi = avr_io_getirq(b->avr, AVR_IOCTL_SPI_GETIRQ(0), 0);
    miso = spi + SPI_IRQ_INPUT;
    avr_irq_register_notify(avr_iomem_getirq(b->avr, SPDR, "spdr", 8), on_spdr, NULL);
    avr_irq_register_notify(spi + SPI_IRQ_OUTPUT, on_mosi, NULL);
    avr_irq_register_notify(pin_irq(b->avr, PIN_ADC_CS), on_select, NULL);
    avr_irq_register_notify(pin_irq(b->avr, PIN_ADC_RESET), on_reset, NULL);
    power_on();
}

static bool fault(const char *name, double a, double b)
{
    (void)b;
    if (strcmp(name, "miss-drdy") == 0)
        faults.skip_drdy += (unsigned)a;
    else if (strcmp(name, "stuck-drdy") == 0)
        faults.drdy_stuck_until = bench->avr->cycle + (uint64_t)(a * CPU_HZ);
    else if (strcmp(name, "flip-spi") == 0)
        faults.flip_bits += (unsigned)a;
    else if (strcmp(name, "unplug") == 0)
        adc.absent = true;
    else if (strcmp(name, "plug") == 0) {
        adc.absent = false;
        power_on();
    } else if (strcmp(name, "reset-adc") == 0) {
        set_registers();
        schedule(3);
    } else if (strcmp(name, "set-register") == 0) { /* a bit that flipped */
        adc.reg[(int)a & (REGISTERS - 1)] = (uint16_t)b;
        if ((int)a == CLOCK) schedule(3);
    } else
        return false;
    return true;
}

const struct frontend frontend_ads131m04 = {
    .name = "ads131m04",
    .trigger_pin = PIN_TRIGGER,
    .ttl_pin = PIN_TTL_OUT,
    .streams = 1,
    .attach = attach,
    .power_on = power_on,
    .fault = fault,
};
