#include "hx711.h"

#ifdef FRONTEND_HX711

#include <Arduino.h>

#include "../core/messages.h"
#include "atomic.h"
#include "pin.h"

#ifndef HX711_SUPPLY_MV
#define HX711_SUPPLY_MV 5000
#endif

namespace gripforce {

namespace {

constexpr uint32_t kNominalUs = 1000000UL / HX711_RATE_HZ;
// A gain or input change, and a reset, hold the next word back for four conversions (400 ms at
// 10 Hz, 50 ms at 80 Hz); twice that without a word is silence.
constexpr uint32_t kSilenceUs = 8 * kNominalUs;
constexpr uint8_t kSilencesUntilAbsent = 3;

const uint8_t kDout[] PROGMEM = {PIN_HX711_DOUT_1, PIN_HX711_DOUT_2, PIN_HX711_DOUT_3,
                                 PIN_HX711_DOUT_4};
const uint8_t kSck[] PROGMEM = {PIN_HX711_SCK_1, PIN_HX711_SCK_2, PIN_HX711_SCK_3,
                                PIN_HX711_SCK_4};

Pin dout(uint8_t cell) { return Pin(pgm_read_byte(kDout + cell)); }
Pin sck(uint8_t cell) { return Pin(pgm_read_byte(kSck + cell)); }
#if defined(__AVR__)

static_assert(PIN_HX711_DOUT_1 < 8 && PIN_HX711_DOUT_2 < 8 && PIN_HX711_DOUT_3 < 8 &&
                  PIN_HX711_DOUT_4 < 8,
              "DOUT must be of D0 to D7: they share one pin-change interrupt");

uint8_t dout_mask(uint8_t cell) { return static_cast<uint8_t>(1 << pgm_read_byte(kDout + cell)); }

volatile uint8_t ready;  // masks of port D
volatile uint32_t ready_tick[HX711_CELLS];

// D0 to D7 are port D, whose pin changes are watched where PCMSK2 has a bit. A chip that became
// ready is not watched until its word has been read: its data bits would interrupt at each turn.
void watch_edges() {
  const uint8_t fallen = static_cast<uint8_t>(~PIND & PCMSK2);
  if (fallen == 0) return;
  const uint32_t tick = micros();
  PCMSK2 = static_cast<uint8_t>(PCMSK2 & ~fallen);
  ready = static_cast<uint8_t>(ready | fallen);
  for (uint8_t i = 0; i < HX711_CELLS; ++i) {
    if ((fallen & dout_mask(i)) != 0) ready_tick[i] = tick;
  }
}

void watch(uint8_t cell) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    ready = static_cast<uint8_t>(ready & ~dout_mask(cell));
    PCMSK2 = static_cast<uint8_t>(PCMSK2 | dout_mask(cell));
    watch_edges();  // it may have fallen already, and no edge would tell
  }
}

void begin_watching() { PCICR |= _BV(PCIE2); }

#else

// A cell has a bit of its own here, and an interrupt of its own; while a word is read its data bits
// interrupt too, and are not looked at.
constexpr uint8_t dout_mask(uint8_t cell) { return static_cast<uint8_t>(1 << cell); }

volatile uint8_t ready, watched;
volatile uint32_t ready_tick[HX711_CELLS];

void note_edge(uint8_t cell) {
  if ((watched & dout_mask(cell)) == 0) return;
  watched = static_cast<uint8_t>(watched & ~dout_mask(cell));
  ready = static_cast<uint8_t>(ready | dout_mask(cell));
  ready_tick[cell] = micros();
  wake_sampler();
}

template <uint8_t kCell>
void on_edge() {
  note_edge(kCell);
}

void watch(uint8_t cell) {
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    ready = static_cast<uint8_t>(ready & ~dout_mask(cell));
    watched = static_cast<uint8_t>(watched | dout_mask(cell));
    if (!dout(cell).is_high()) note_edge(cell);  // it may have fallen already
  }
}

void begin_watching() {
  static void (*const handlers[])() = {on_edge<0>, on_edge<1>, on_edge<2>, on_edge<3>};
  for (uint8_t i = 0; i < HX711_CELLS; ++i) {
    attachInterrupt(digitalPinToInterrupt(pgm_read_byte(kDout + i)), handlers[i], FALLING);
  }
}

#endif

// More than 60 us with the clock high switch the chip off; the falling edge starts it anew.
void reset_chip(uint8_t cell) {
  Pin clock = sck(cell);
  clock.high();
  delayMicroseconds(80);
  clock.low();
}

}  // namespace

void Hx711Cells::begin() {
  const uint32_t now = micros();
  for (uint8_t i = 0; i < HX711_CELLS; ++i) {
    sck(i).make_output(false);
    dout(i).make_input();
    cells_[i] = Cell{now, kNominalUs, 0, true, false, false};
    reset_chip(i);
    watch(i);
  }
  begin_watching();
}

void Hx711Cells::restart() {
  for (Cell& cell : cells_) cell.counted = cell.flawed = false;
}

bool Hx711Cells::present() const {
  for (const Cell& cell : cells_) {
    if (cell.silences >= kSilencesUntilAbsent) return false;
  }
  return true;
}

bool Hx711Cells::sample_waits() const { return ready != 0; }

// One cell a turn: all four would keep the link waiting for 0.8 ms, and it has room for 0.6.
void Hx711Cells::poll(Device& device) {
  turn_ = static_cast<uint8_t>(turn_ + 1 == HX711_CELLS ? 0 : turn_ + 1);
  for (uint8_t i = 0; ready != 0 && i < HX711_CELLS && (ready & dout_mask(turn_)) == 0; ++i) {
    turn_ = static_cast<uint8_t>(turn_ + 1 == HX711_CELLS ? 0 : turn_ + 1);
  }
  bool is_ready = false;
  uint32_t tick = 0;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    is_ready = (ready & dout_mask(turn_)) != 0;
    tick = ready_tick[turn_];
  }
  Cell& cell = cells_[turn_];
  if (is_ready) {
    sample(device, turn_, tick);
    watch(turn_);
  } else if (micros() - cell.last_tick > kSilenceUs * (1u + cell.silences)) {
    if (cell.silences < 0xFF / 2) ++cell.silences;
    fault(turn_);
    watch(turn_);
  }
}

// 25 clocks: 24 bits, most significant first, and one that asks for input A at gain 128 again.
// Interrupts stay off only while the clock is high, for 0.4 us, so that none can stretch it to the
// 60 us that would switch the chip off.
bool Hx711Cells::read_word(uint8_t cell, uint8_t* word) {
  Pin clock = sck(cell);
  const Pin data = dout(cell);
  for (uint8_t byte = 3; byte-- > 0;) {
    uint8_t bits = 0;
    for (uint8_t i = 0; i < 8; ++i) {
      ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
        clock.high();
        clock.low();
      }
      bits = static_cast<uint8_t>(bits << 1 | (data.is_high() ? 1 : 0));
    }
    word[byte] = bits;
  }
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    clock.high();
    clock.low();
  }
  return data.is_high();  // the 25th clock takes it high, unless chip and sketch count differently
}

uint32_t Hx711Cells::conversions(const Cell& cell, uint32_t elapsed) const {
  return (elapsed + cell.period_us / 2) / cell.period_us;
}

void Hx711Cells::sample(Device& device, uint8_t i, uint32_t tick) {
  Cell& cell = cells_[i];
  uint8_t word[3];
  const bool in_step = read_word(i, word);
  const uint32_t age = micros() - tick;
  const uint32_t elapsed = tick - cell.last_tick;
  const bool expected = elapsed > cell.period_us / 2 && elapsed < cell.period_us * 3 / 2;
  if (!in_step || age > cell.period_us - cell.period_us / 16 ||
      (cell.counted && !cell.settling && !expected)) {
    fault(i);
    return;
  }
  uint32_t missed = 0;
  // A chip that is faster than its strap was declared may be settled before one period is over.
  if (cell.counted && !expected && elapsed > cell.period_us) missed = conversions(cell, elapsed) - 1;
  if (expected && !cell.settling) {  // follows the chip's own oscillator
    cell.period_us += static_cast<uint32_t>(static_cast<int32_t>(elapsed - cell.period_us) / 8);
  }
  const uint8_t flags = cell.flawed ? kConverterError : 0;
  cell.last_tick = tick;
  cell.silences = 0;
  cell.settling = cell.flawed = false;
  cell.counted = true;
  device.take(i, word, tick, flags, missed);
}

// Whatever the chip is at, a reset ends it. What is lost until it speaks again is known from the
// time that it takes.
void Hx711Cells::fault(uint8_t i) {
  count_error();
  cells_[i].settling = cells_[i].flawed = true;
  reset_chip(i);
}

void Hx711Cells::count_error() {
  if (errors_ != 0xFFFF) ++errors_;
}

StreamInfo Hx711Cells::stream(uint8_t) const {
  // Delay of the filter, which no datasheet gives. But a reset starts the filter afresh, and the
  // first word after it is settled four conversions later (the datasheet: 50 ms at 80 Hz, 400 ms at
  // 10 Hz): it is four conversions long, and a symmetrical filter lags by half of its length.
  return {24, 1, BLOCK_SAMPLES, HX711_RATE_HZ * 1000UL, 2 * kNominalUs};
}

ChannelInfo Hx711Cells::channel(uint8_t stream, uint8_t) const {
  // 5 V / 128 / 2^24 counts = 2.3283e-9 V: the chip measures against its own excitation.
  constexpr uint16_t kMantissa = static_cast<uint16_t>(23283UL * HX711_SUPPLY_MV / 5000);
  return {static_cast<uint8_t>(kGripThumb + stream), kVolt, kMantissa, -13, 8388607, 0};
}

}  // namespace gripforce

#if defined(__AVR__)
ISR(PCINT2_vect) { gripforce::watch_edges(); }
#endif

#endif
