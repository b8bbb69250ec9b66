/* UART 0 on a pty. Time is virtual, so a full pty stops it instead of losing bytes. */
#define _GNU_SOURCE
#include "emulator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <simavr/avr_uart.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static avr_t *avr;
static avr_irq_t *to_uart;
static int master = -1;
static const char *link_path;
static bool paced;
static void (*on_start)(void);
static uint8_t out[65536], in[65536];
static size_t n_out, in_from, in_to;
static bool feeding;
static uint64_t sent, received;
volatile bool stop_asked;

/* A start command is `0x82, request`: COBS makes 5 or, where the request is 0, 2 its first byte. */
static void watch_for_start(uint8_t byte)
{
    static uint8_t frame[3];
    static size_t n;
    if (byte == 0) {
        if (n >= 2 && frame[1] == 0x82 && (frame[0] == 5 || (frame[0] <= 4 && frame[0] >= 2)))
            on_start();
        n = 0;
        return;
    }
    if (n < sizeof frame) frame[n] = byte;
    n++;
}

/* A byte on the line, at the rate that the firmware has set. */
static uint64_t byte_cycles(void)
{
    enum { UCSR0A = 0xC0, UBRR0L = 0xC4, UBRR0H = 0xC5, U2X0 = 1 << 1 };
    const unsigned divider = avr->data[UBRR0L] | (avr->data[UBRR0H] & 15u) << 8;
    return 10ull * (divider + 1) * (avr->data[UCSR0A] & U2X0 ? 8 : 16);
}

static avr_cycle_count_t feed(avr_t *a, avr_cycle_count_t when, void *param)
{
    (void)a, (void)param;
    if (in_from == in_to) {
        feeding = false;
        return 0;
    }
    const uint8_t byte = in[in_from++];
    received++;
    watch_for_start(byte);
    avr_raise_irq(to_uart, byte);
    return when + byte_cycles();
}

void link_inject(const uint8_t *bytes, size_t n)
{
    if (in_from == in_to) in_from = in_to = 0;
    if (in_to + n > sizeof in) return;
    memcpy(in + in_to, bytes, n);
    in_to += n;
    if (!feeding) avr_cycle_timer_register(avr, byte_cycles(), feed, NULL);
    feeding = true;
}

void link_power_cycle(void)
{
    in_from = in_to = 0; /* the timer that fed them went with the reset */
    feeding = false;
}

static void on_byte(avr_irq_t *irq, uint32_t byte, void *param)
{
    (void)irq, (void)param;
    sent++;
    if (master >= 0 && n_out < sizeof out) out[n_out++] = (uint8_t)byte;
}

bool link_open(avr_t *a, const char *path, bool in_real_time, void (*started)(void))
{
    uint32_t flags = 0; /* without these two the UART echoes to the terminal and sleeps while polled */
    avr = a;
    paced = in_real_time;
    on_start = started;
    avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    to_uart = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_byte,
                            NULL);
    if (!path) return true;
    int slave;
    char name[128];
    struct termios raw;
    memset(&raw, 0, sizeof raw);
    cfmakeraw(&raw);
    raw.c_cflag |= CREAD | CLOCAL;
    if (openpty(&master, &slave, name, &raw, NULL) != 0) {
        perror("emulator: no pty");
        return false;
    }
    close(slave); /* from here on the master tells whether somebody listens */
    fcntl(master, F_SETFL, O_NONBLOCK);
    unlink(path);
    if (symlink(name, path) != 0) {
        fprintf(stderr, "emulator: cannot make the link %s: %s\n", path, strerror(errno));
        return false;
    }
    link_path = path;
    return true;
}

void link_close(void)
{
    if (link_path) unlink(link_path);
    if (master >= 0) close(master);
    master = -1;
}

static short look(int timeout_ms)
{
    struct pollfd p = {.fd = master, .events = (short)(POLLIN | (n_out ? POLLOUT : 0))};
    return poll(&p, 1, timeout_ms) > 0 ? p.revents : 0;
}

static void take_input(void)
{
    uint8_t bytes[4096];
    if (sizeof in - in_to < sizeof bytes && in_from != in_to) return;
    const ssize_t n = read(master, bytes, sizeof bytes);
    if (n > 0) link_inject(bytes, (size_t)n);
}

static void give_output(void)
{
    const ssize_t n = write(master, out, n_out);
    if (n > 0) {
        n_out -= (size_t)n;
        memmove(out, out + n, n_out);
    }
}

bool link_serve(void)
{
    if (master < 0) {
        n_out = 0;
        return true;
    }
    const short state = look(0);
    const bool listener = !(state & POLLHUP);
    if (listener && (state & POLLIN)) take_input();
    if (listener && n_out && (state & POLLOUT)) give_output();
    if (paced && (!listener || n_out > sizeof out / 2)) n_out = 0; /* like a port that nobody reads */
    if (paced || (listener && !n_out)) return true;
    if (listener)
        look(20);
    else
        usleep(2000); /* a hang-up would make poll() return at once */
    return false;
}

uint64_t link_bytes_sent(void) { return sent; }
uint64_t link_bytes_received(void) { return received; }
