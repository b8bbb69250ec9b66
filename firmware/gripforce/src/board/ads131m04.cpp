#include "../../config.h"

#ifdef FRONTEND_ADS131M04

#include <Arduino.h>
#include <SPI.h>

#include "../core/crc16.h"
#include "../core/messages.h"
#include "ads131m04.h"
#include "atomic.h"
#include "pin.h"

namespace gripforce {

namespace {

// Commands and registers, from the datasheet's tables "Command definitions" and "Register map".
constexpr uint16_t kNull = 0x0000;
constexpr uint16_t kReadRegister = 0xA000;
constexpr uint16_t kWriteRegister = 0x6000;
constexpr uint8_t kIdRegister = 0x00, kModeRegister = 0x02, kClockRegister = 0x03,
                  kGainRegister = 0x04;
constexpr uint16_t kFourChannels = 0x2400;  // upper byte of the identification
constexpr uint16_t kMode = 0x0110;   // 24-bit words, SPI time-out, DRDY low until read, reset flag off
constexpr uint16_t kClock = 0x0F02;  // four channels on, high resolution; OSR code in bits 4 to 2
constexpr uint8_t kLargestOsr = 7;   // code 7: 16384, 250 Hz; one less doubles the rate
constexpr uint8_t kSmallestOsr = 3;  // code 3: 1024, 4 kHz

// STATUS, which answers each null command: locked, reset since it was configured, word length.
constexpr uint16_t kStateBits = 0x8700;
constexpr uint16_t kAsConfigured = 0x0100;  // not locked, no reset, words of 24 bits
constexpr uint8_t kVerifyShift = 23;  // of a tick: the registers are read back every 8.4 s

constexpr uint32_t kLongestSettling = 8;  // conversions from its set-up to the first edge
constexpr uint32_t kSilenceUs = 100000;  // without a conversion for so long, it is set up anew

// SCLK up to 25 MHz at 3.3 V; half of 16 MHz is what the AVR can. Data change on the rising edge.
constexpr uint32_t kSpiHz = 8000000;

volatile uint32_t drdy_tick;
volatile uint8_t drdy_edges;

void on_drdy() {
  drdy_tick = micros();
  if (drdy_edges != 0xFF) drdy_edges = static_cast<uint8_t>(drdy_edges + 1);
  wake_sampler();
}

Pin select_pin(PIN_ADC_CS);

constexpr uint16_t gain_code(uint8_t gain) {
  return gain <= 1 ? 0 : static_cast<uint16_t>(1 + gain_code(gain / 2));
}
constexpr uint16_t kGains = static_cast<uint16_t>(
    gain_code(ADC_GAIN_GRIP_THUMB) | gain_code(ADC_GAIN_GRIP_INDEX) << 4 |
    gain_code(ADC_GAIN_LOAD_THUMB) << 8 | gain_code(ADC_GAIN_LOAD_INDEX) << 12);

// Modulator clock over 16384 at the slowest, twice that for each code less.
constexpr uint32_t rate_mhz_of(uint8_t code) {
  return static_cast<uint32_t>(ADC_CLOCK_HZ / 2 * 1000ULL / 16384) << (kLargestOsr - code);
}

uint8_t nearest_code(uint32_t rate_mhz) {
  uint8_t code = kLargestOsr;
  // The next rate is nearer from the middle between the two on.
  while (code > kSmallestOsr && rate_mhz > rate_mhz_of(code) + rate_mhz_of(code) / 2) --code;
  return code;
}

}  // namespace

void Ads131m04::begin() {
  select_pin.make_output(true);
  pinMode(PIN_ADC_DRDY, INPUT_PULLUP);
  SPI.begin();
  osr_code_ = nearest_code(ADC_RATE_HZ * 1000UL);
  period_us_ = static_cast<uint16_t>(1000000000UL / rate_mhz_of(osr_code_));
  present_ = set_up();
  last_tick_ = last_try_;
  attachInterrupt(digitalPinToInterrupt(PIN_ADC_DRDY), on_drdy, FALLING);
}

bool Ads131m04::set_up() {
  const bool done = configure();
  set_up_anew_ = true;
  question_ = 0;  // the last command was a null command
  drdy_edges = 0;  // of conversions that the reset has swept away
  last_try_ = micros();
  return done;
}

bool Ads131m04::configure() {
  Pin reset(PIN_ADC_RESET);
  reset.make_output(false);
  delay(1);  // 2048 clocks, 250 us, make it a reset and not a synchronisation
  reset.high();
  delay(1);
  if ((read_register(kIdRegister) & 0xFF00) != kFourChannels) return false;
  return write_register(kModeRegister, kMode) && write_register(kGainRegister, kGains) &&
         write_register(kClockRegister, static_cast<uint16_t>(kClock | osr_code_ << 2));
}

// One frame of six words: the answer to the command before, four channels, a CRC over them.
Ads131m04::Answer Ads131m04::exchange(uint16_t command, uint16_t argument) {
  memset(frame_, 0, sizeof frame_);
  frame_[0] = static_cast<uint8_t>(command >> 8);
  frame_[1] = static_cast<uint8_t>(command);
  frame_[3] = static_cast<uint8_t>(argument >> 8);
  frame_[4] = static_cast<uint8_t>(argument);
  SPI.beginTransaction(SPISettings(kSpiHz, MSBFIRST, SPI_MODE1));
  select_pin.low();
  SPI.transfer(frame_, sizeof frame_);
  select_pin.high();
  SPI.endTransaction();
  const uint16_t crc = static_cast<uint16_t>(frame_[15] << 8 | frame_[16]);
  return {static_cast<uint16_t>(frame_[0] << 8 | frame_[1]), crc16(frame_, 15) == crc};
}

uint16_t Ads131m04::read_register(uint8_t address) {
  exchange(static_cast<uint16_t>(kReadRegister | address << 7));
  const Answer answer = exchange(kNull);
  return answer.sound ? answer.word : 0xFFFF;
}

bool Ads131m04::write_register(uint8_t address, uint16_t value) {
  exchange(static_cast<uint16_t>(kWriteRegister | address << 7), value);
  return read_register(address) == value;
}

bool Ads131m04::sample_waits() const { return drdy_edges != 0; }

void Ads131m04::poll(Device& device) {
  uint8_t edges = 0;
  uint32_t tick = 0;
  ATOMIC_BLOCK(ATOMIC_RESTORESTATE) {
    edges = drdy_edges;
    tick = drdy_tick;
    drdy_edges = 0;
  }
  if (edges == 0 || !present_) {
    const uint32_t now = micros();
    if (!present_ || static_cast<int32_t>(now - last_tick_) > static_cast<int32_t>(kSilenceUs)) {
      recover(now);
    }
    return;
  }
  const uint32_t elapsed = tick - last_tick_, period = period_us_;
  if (!set_up_anew_ && elapsed < period - period / 3) {
    reconfigure();  // faster than it was configured: it no longer is
    return;
  }
  if (elapsed < period + period / 2) {
    set_up_anew_ = false;
    read_sample(device, tick, 0);
    return;
  }
  const uint32_t conversions = (elapsed + period / 2) / period;
  const uint32_t missed_before = missed_;
  if (set_up_anew_) {
    // Of conversions whose edges went unseen it holds two, and would go on one behind.
    if (tick - last_try_ > kLongestSettling * period) return reconfigure();
    if (edges > 1) exchange(kNull);
    set_up_anew_ = false;
    missed_ += conversions - 1;
    if (!read_sample(device, tick, 0)) missed_ = missed_before;
    return;
  }
  // An edge went unseen, or the loop came too late. The converter holds the last two conversions:
  // both are read, the older first, or every later sample would be one conversion old.
  // Its registers are read back too: a converter at another rate had no second conversion.
  missed_ += conversions - 2;
  --verified_span_;
  if (!read_sample(device, tick - period, kLateOrMissed)) {
    missed_ = missed_before;
    return;
  }
  read_sample(device, tick, kLateOrMissed);
}

// The registers that are read back now and then, in the frames of three samples: a frame carries
// the answer to the command of the frame before. Question 0 is the null command, whose answer is STATUS.
uint8_t Ads131m04::next_question(uint32_t tick) {
  if (question_ != 0) return static_cast<uint8_t>((question_ + 1) & 3);
  const uint8_t span = static_cast<uint8_t>(tick >> kVerifyShift);
  if (span == verified_span_) return 0;
  verified_span_ = span;
  return 1;
}

bool Ads131m04::answers(uint8_t question, uint16_t word) const {
  switch (question) {
    case 1: return word == static_cast<uint16_t>(kClock | osr_code_ << 2);
    case 2: return word == kMode;
    case 3: return word == kGains;
    default: return (word & kStateBits) == kAsConfigured;
  }
}

// False where the converter is not configured any more: what it sent are no counts of ours.
bool Ads131m04::read_sample(Device& device, uint32_t tick, uint8_t flags) {
  static const uint8_t registers[] PROGMEM = {0, kClockRegister, kModeRegister, kGainRegister};
  const uint8_t answered = question_;
  question_ = next_question(tick);
  const uint16_t command =
      question_ == 0 ? kNull
                     : static_cast<uint16_t>(kReadRegister | pgm_read_byte(registers + question_) << 7);
  const Answer answer = exchange(command);
  if (!answer.sound) {  // lost on its way: it cannot be read a second time
    last_tick_ = tick;
    count_error();
    ++missed_;
    return true;
  }
  if (!answers(answered, answer.word)) {
    reconfigure();
    return false;
  }
  last_tick_ = tick;
  if (first_) {
    missed_ = 0;
    flags = 0;
  }
  if (missed_ != 0) flags |= kConverterError;
  for (uint8_t i = 3; i < 15; i = static_cast<uint8_t>(i + 3)) {  // to little-endian
    const uint8_t high = frame_[i];
    frame_[i] = frame_[i + 2];
    frame_[i + 2] = high;
  }
  device.take(0, frame_ + 3, tick, flags, missed_);
  first_ = !device.streaming();
  missed_ = 0;
  return true;
}

// A converter that reset itself streams at a gain and a rate of its own. What it missed until it is
// configured again is counted by the time since the last good sample.
void Ads131m04::reconfigure() {
  count_error();
  present_ = set_up();
}

// A converter that fell silent is set up anew, again and again: a loose plug may come back.
void Ads131m04::recover(uint32_t now) {
  if (now - last_try_ < kSilenceUs) return;
  count_error();
  present_ = set_up();
}

void Ads131m04::count_error() {
  if (errors_ != 0xFFFF) ++errors_;
}

bool Ads131m04::set_rate(uint8_t, uint32_t rate_mhz) {
  osr_code_ = nearest_code(rate_mhz);
  period_us_ = static_cast<uint16_t>(1000000000UL / rate_mhz_of(osr_code_));
  present_ = set_up();
  return true;
}

StreamInfo Ads131m04::stream(uint8_t) const {
  // Delay of the filter. The datasheet: a sinc3 decimates by at most 1024; for slower rates a sinc1,
  // a mean of its outputs, does the rest: at 1 kHz 4 of 4 kHz. A sinc3 of N is three means of N
  // modulator clocks in a row. A mean of n things lags its newest by (n - 1) / 2 of their spacing:
  //   3 (1024 - 1) / 2 + (4 - 1) / 2 x 1024 = 3070.5 clocks of 4.096 MHz = 750 us at 1 kHz.
  // The newest is the clock before DRDY falls, and DRDY is the tick. (One and a half conversions,
  // 1500 us, would be a sinc3 of 4096.)
  const uint32_t outputs = 1UL << (osr_code_ - kSmallestOsr);
  const uint32_t half_clocks = 3 * 1023 + (outputs - 1) * 1024;
  const uint32_t latency_us = (half_clocks * 1000 + ADC_CLOCK_HZ / 2000) / (ADC_CLOCK_HZ / 1000);
  return {24, 4, BLOCK_SAMPLES, rate_mhz_of(osr_code_), latency_us};
}

ChannelInfo Ads131m04::channel(uint8_t, uint8_t index) const {
  static const uint8_t gains[] PROGMEM = {ADC_GAIN_GRIP_THUMB, ADC_GAIN_GRIP_INDEX,
                                          ADC_GAIN_LOAD_THUMB, ADC_GAIN_LOAD_INDEX};
  const uint8_t gain = pgm_read_byte(gains + index);
  // 1.2 V over 2^23 counts, 1.430511e-7 V, is divided until its digits fit into 16 bits.
  uint32_t mantissa = 1430511000UL / gain;
  int8_t exponent = -16;
  for (; mantissa > 0xFFFF; mantissa = (mantissa + 5) / 10) ++exponent;
  return {static_cast<uint8_t>(kGripThumb + index),
          kVolt,
          static_cast<uint16_t>(mantissa),
          exponent,
          8388607,
          0};
}

}  // namespace gripforce

#endif
