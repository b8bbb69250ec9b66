/* An ATmega328P with converters around it: what the parts of the emulator tell each other. */
#pragma once

#include <simavr/avr_ioport.h>
#include <simavr/sim_avr.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define CPU_HZ 16000000u
#define CHANNELS 4
#define MOTIONS 6 /* rotation x y z, acceleration x y z, as the motion sensor orders them */
#define COLUMNS (CHANNELS + MOTIONS)

/* --- waveform.c: what the hand does to the cells, in counts --- */
struct waveform {
    size_t rows;
    double *t_s;
    int32_t (*counts)[COLUMNS];
};
/* 0 and a sentence on stderr where the file is no waveform. */
bool waveform_read(struct waveform *w, const char *path);
/* Linear between rows, the first row before them, the last one after. Where a row has no motion, the
 * sensor lies still, its z axis up. */
int32_t waveform_at(const struct waveform *w, double t_s, int column);

/* --- truth.c: what was presented to the firmware --- */
struct truth;
struct truth *truth_new(void);
/* A new stream begins: the firmware was told to start. */
void truth_start(struct truth *t, uint64_t cycle);
void truth_sample(struct truth *t, int stream, uint64_t cycle, const int32_t *counts, int n);
/* A conversion was fetched so many cycles after it was ready. */
void truth_waited(struct truth *t, uint64_t cycles);
void truth_trigger(struct truth *t, uint64_t cycle, int level);
void truth_ttl(struct truth *t, uint64_t cycle, int level);
void truth_fault(struct truth *t, const char *name);
struct account {
    const char *frontend;
    uint64_t cycles, asleep, bytes_sent, bytes_received;
    uint64_t streaming_cycles, streaming_asleep, streaming_bytes; /* since the last start */
    unsigned resets, eeprom_writes, ram_untouched;
};
bool truth_write(const struct truth *t, const struct account *a, const char *path);

/* --- the converters --- */
struct bench {
    avr_t *avr;
    struct waveform wave;
    struct truth *truth;
    uint64_t start_cycle; /* the waveform's second 0; 0 before the first start */
    double rate_error;    /* of the converters' clocks, for a test of the edges */
    double cell_rate_hz;  /* of the HX711s, as their RATE pin is strapped */
};
/* The waveform's value for a converter whose filter lags by `latency_s`. */
int32_t bench_counts(const struct bench *b, uint64_t cycle, double latency_s, int column);

struct frontend {
    const char *name;
    int trigger_pin, ttl_pin;
    int streams;
    void (*attach)(struct bench *b);
    void (*power_on)(void); /* the supply came back: registers and conversions begin anew */
    /* A fault from the list in events.c; false where this front end has no such thing. */
    bool (*fault)(const char *name, double a, double b);
};
extern const struct frontend frontend_ads131m04, frontend_hx711;

/* --- lsm6ds.c: the motion sensor, which every bench has, for images that ask for it --- */
void imu_attach(struct bench *b, int stream);
void imu_power_on(void);
bool imu_fault(const char *name, double a);

/* Arduino's numbers: D0 to D7 are port D, D8 to D13 port B, A0 to A5 port C. */
avr_irq_t *pin_irq(avr_t *avr, int pin);
/* Drives an input. The level is made known as an external pull as well: otherwise simavr lets an
 * internal pull-up win over it whenever the firmware writes to the port. */
void drive_pin(avr_t *avr, int pin, int level);

/* --- link.c: UART 0 on a pty --- */
/* `started` is called when a start command has gone to the firmware. */
bool link_open(avr_t *avr, const char *path, bool paced, void (*started)(void));
void link_close(void);
/* Moves bytes both ways. False where, unpaced, time must stand still: nobody listens, or reads. */
bool link_serve(void);
/* As if the host had sent them. */
void link_inject(const uint8_t *bytes, size_t n);
/* Bytes on their way to the firmware are lost. */
void link_power_cycle(void);
uint64_t link_bytes_sent(void), link_bytes_received(void);
extern volatile bool stop_asked;

/* --- events.c: what happens when, from a file or from standard input --- */
bool events_read(const char *path);
/* The cycle of the next one, or UINT64_MAX. */
uint64_t events_next(void);
/* Carries out one line: `NAME [A] [B]`. */
bool event_do(const char *line);
void events_run(uint64_t cycle);

/* --- main.c: what events do to the machine --- */
void machine_brown_out(void);
void machine_cut_eeprom(unsigned after_writes);
void machine_upset(bool interrupts_on);
void machine_trigger(int level);
bool machine_fault(const char *name, double a, double b);
