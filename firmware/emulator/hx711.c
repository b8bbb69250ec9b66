/* HX711 x 4: free-running, each on an oscillator of its own that is off by up to 10 %.
 *
 * Modelled: the conversion that tears a word which is being read, the clocks beyond 25 that choose
 * another input or gain, the four conversions that a change or a reset costs, power-down by a clock
 * held high for 60 us. Not modelled: noise, the filter's shape (its delay is), input B's signal. */
#define FRONTEND_HX711
#include "../gripforce/config.h"
#include "emulator.h"

#include <string.h>

#define CELLS HX711_CELLS
#define POWER_DOWN_CYCLES (60ull * CPU_HZ / 1000000)
#define SETTLING 4 /* conversions */

static const int dout_pin[] = {PIN_HX711_DOUT_1, PIN_HX711_DOUT_2, PIN_HX711_DOUT_3, PIN_HX711_DOUT_4};
static const int sck_pin[] = {PIN_HX711_SCK_1, PIN_HX711_SCK_2, PIN_HX711_SCK_3, PIN_HX711_SCK_4};
/* "80" was measured at 92, "10" at 10.8 to 11.9; the other side of the datasheet's spread as well. */
static const double off[] = {+0.02, -0.06, +0.10, -0.10};

static struct bench *bench;

static struct cell {
    uint32_t word;
    int clocks;          /* of the read that is under way */
    int asked, measured; /* clocks that chose the input: 25, 26 or 27 */
    bool ready, high, off;
    uint64_t high_since, ready_since, stuck_until;
    double next;
    unsigned settling;
} cells[CELLS];

static void drive(const struct cell *cell, int level)
{
    drive_pin(bench->avr, dout_pin[cell - cells], level);
}

static double period_cycles(int i)
{
    return CPU_HZ / (bench->cell_rate_hz * (1 + off[i])) * (1 + bench->rate_error);
}

static avr_cycle_count_t convert(avr_t *avr, avr_cycle_count_t when, void *param)
{
    struct cell *cell = param;
    const int i = (int)(cell - cells);
    (void)avr;
    if (cell->off) return 0;
    cell->next += period_cycles(i);
    const avr_cycle_count_t next = (avr_cycle_count_t)cell->next;
    if (cell->asked != cell->measured) {
        cell->measured = cell->asked;
        cell->settling = SETTLING - 1;
    }
    if (cell->settling) {
        cell->settling--;
        return next;
    }
    int32_t counts = bench_counts(bench, when, 2 / bench->cell_rate_hz, i);
    if (cell->measured == 26) counts = 0;
    if (cell->measured == 27) counts /= 2;
    cell->word = (uint32_t)counts & 0xFFFFFF;
    if (cell->clocks > 0 && cell->clocks < 25) {
        truth_fault(bench->truth, "torn-word"); /* the rest of the read is of the new word */
        return next;
    }
    cell->clocks = 0;
    if (when < cell->stuck_until) return next;
    truth_sample(bench->truth, i, when, &counts, 1);
    cell->ready = true;
    cell->ready_since = when;
    drive(cell, 1);
    drive(cell, 0);
    return next;
}

static void restart(struct cell *cell)
{
    const int i = (int)(cell - cells);
    cell->clocks = 0;
    cell->asked = cell->measured = 25;
    cell->ready = cell->off = false;
    cell->settling = SETTLING - 1;
    drive(cell, 1);
    cell->next = (double)bench->avr->cycle + period_cycles(i);
    avr_cycle_timer_cancel(bench->avr, convert, cell);
    avr_cycle_timer_register(bench->avr, (avr_cycle_count_t)period_cycles(i), convert, cell);
}

static void clock_rises(struct cell *cell)
{
    if (!cell->ready && cell->clocks < 25) return;
    cell->clocks++;
    if (cell->clocks <= 24) {
        drive(cell, cell->word >> (24 - cell->clocks) & 1);
        return;
    }
    cell->ready = false;
    cell->asked = cell->clocks > 27 ? 27 : cell->clocks;
    drive(cell, 1);
}

static void on_clock(avr_irq_t *irq, uint32_t level, void *param)
{
    struct cell *cell = param;
    const uint64_t now = bench->avr->cycle;
    (void)irq;
    if (cell->high == !!level) return;
    cell->high = level;
    if (now < cell->stuck_until) return;
    if (level) {
        if (cell->ready && !cell->clocks) truth_waited(bench->truth, now - cell->ready_since);
        cell->high_since = now;
        clock_rises(cell);
    } else if (now - cell->high_since > POWER_DOWN_CYCLES) {
        restart(cell);
    }
}

static void power_on(void)
{
    for (int i = 0; i < CELLS; i++) {
        cells[i].high = false;
        restart(&cells[i]);
    }
}

static void attach(struct bench *b)
{
    bench = b;
    for (int i = 0; i < CELLS; i++) {
        avr_irq_register_notify(pin_irq(b->avr, sck_pin[i]), on_clock, &cells[i]);
    }
    power_on();
}

static bool fault(const char *name, double a, double b)
{
    const bool known = a >= 1 && a <= CELLS;
    struct cell *cell = known ? &cells[(int)a - 1] : cells;
    if (strcmp(name, "extra-clock") == 0 && known) {
        clock_rises(cell);
    } else if (strcmp(name, "stuck-dout") == 0 && known) {
        cell->stuck_until = bench->avr->cycle + (uint64_t)(b * CPU_HZ);
        drive(cell, 1);
    } else if (strcmp(name, "unplug") == 0) {
        for (int i = 0; i < CELLS; i++) {
            cells[i].off = true;
            cells[i].stuck_until = UINT64_MAX;
            drive(&cells[i], 1);
        }
    } else if (strcmp(name, "plug") == 0) {
        for (int i = 0; i < CELLS; i++) cells[i].stuck_until = 0;
        power_on();
    } else {
        return false;
    }
    return true;
}

const struct frontend frontend_hx711 = {
    .name = "hx711",
    .trigger_pin = PIN_TRIGGER,
    .ttl_pin = PIN_TTL_OUT,
    .streams = CELLS,
    .attach = attach,
    .power_on = power_on,
    .fault = fault,
};
