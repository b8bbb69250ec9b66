#include "lsm6ds.h"

#ifdef IMU_LSM6DS

#include <Arduino.h>

#include "../core/messages.h"
#include "../platform/platform.h"

namespace gripforce {

namespace {

// Registers, from the datasheets' maps; the values but for the identity are ours.
constexpr uint8_t kIdentity = 0x0F, kFirstOutput = 0x22;  // rotation x y z, then acceleration
constexpr uint8_t kLsm6ds3trc = 0x6A, kLsm6dso = 0x6C;    // the L is as the first, the OX as the second
const uint8_t kSettings[] PROGMEM = {
    0x0B, 0x80,  // data ready: a pulse of 75 us for each sample, read or not
    0x0D, 0x01,  // on INT1, that of the accelerometer; both are sampled together
    0x12, 0x44,  // a word changes only as a whole; reading goes on to the next register
    0x11, 0x54,  // rotation: 208 Hz, 500 degrees/s
    0x10, 0x58,  // acceleration: 208 Hz, 4 g; its low-pass at half the rate
};
constexpr uint8_t kSettingBytes = sizeof kSettings;

constexpr uint32_t kRateMhz = 208000;
constexpr uint16_t kPeriodUs = static_cast<uint16_t>(1000000000UL / kRateMhz);
constexpr uint32_t kRetryUs = 100000;
constexpr uint32_t kSilenceUs = 100000;  // without a sample for so long, it is set up anew
constexpr uint32_t kPatienceUs = 2000;   // the longest transfer takes 0.4 ms
constexpr uint8_t kMostFailures = 10;    // in a row

volatile uint32_t ready_tick;
volatile bool ready;

void on_ready() {
  ready_tick = micros();
  ready = true;
  wake_sampler();
}

// The newest tick, once; without locking it a second interrupt could tear it.
bool take_ready(uint32_t* tick) {
  noInterrupts();
  const bool was = ready;
  *tick = ready_tick;
  ready = false;
  interrupts();
  return was;
}

}  // namespace

void Lsm6ds::begin() {
  pace_.begin(kPeriodUs);
  bus_.begin();
  pinMode(PIN_IMU_INT1, INPUT);
#if defined(__AVR__)
  *digitalPinToPCMSK(PIN_IMU_INT1) |= _BV(digitalPinToPCMSKbit(PIN_IMU_INT1));
  PCICR |= _BV(digitalPinToPCICRbit(PIN_IMU_INT1));
#else
  attachInterrupt(digitalPinToInterrupt(PIN_IMU_INT1), on_ready, RISING);
#endif
  since_ = micros() - kRetryUs;
}

bool Lsm6ds::sample_waits() const {
  return bus_.state() != I2c::kBusy && (step_ == kFetching || (step_ == kReady && ready));
}

void Lsm6ds::poll(Device& device) {
  const uint32_t now = micros();
  if (bus_.state() == I2c::kBusy) {
    if (now - since_ < kPatienceUs) return;
    bus_.release();
  }
  switch (step_) {
    case kReady: return fetch_if_ready(now);
    case kFetching: return fetched(device, now);
    default: return set_up(now);
  }
}

// A transfer each turn: who is there, then one setting after the other.
void Lsm6ds::set_up(uint32_t now) {
  if (step_ == kResting) {
    if (now - since_ < kRetryUs) return;
    step_ = kAsking;
    since_ = now;
    bus_.read(IMU_ADDRESS, kIdentity, data_, 1);
    return;
  }
  const bool unknown = step_ == kAsking && data_[0] != kLsm6ds3trc && data_[0] != kLsm6dso;
  if (bus_.state() == I2c::kFailed || unknown) return rest(now);
  const uint8_t at = static_cast<uint8_t>(2 * (step_ - kAsking));
  since_ = now;
  if (at == kSettingBytes) {
    step_ = kReady;
    ready = false;
    return;
  }
  ++step_;
  bus_.write(IMU_ADDRESS, pgm_read_byte(kSettings + at), pgm_read_byte(kSettings + at + 1));
}

void Lsm6ds::fetch_if_ready(uint32_t now) {
  if (take_ready(&tick_)) {
    step_ = kFetching;
    since_ = now;
    bus_.read(IMU_ADDRESS, kFirstOutput, data_, kSampleBytes);
  } else if (now - since_ > kSilenceUs) {
    count_error();
    rest(now);
  }
}

// What failed on its way, or was overtaken by the next sample, cannot be had a second time. The
// time to the sample before tells how many are missing, whatever lost them.
void Lsm6ds::fetched(Device& device, uint32_t now) {
  step_ = kReady;
  if (bus_.state() == I2c::kFailed || ready) {
    count_error();
    if (++failures_ == kMostFailures) rest(now);
    return;
  }
  failures_ = 0;
  const uint32_t missed = pace_.missed_before(tick_);
  device.take(stream_, data_, tick_, missed == 0 ? 0 : kConverterError, missed);
  if (!device.streaming()) pace_.restart();
}

void Lsm6ds::rest(uint32_t now) {
  step_ = kResting;
  since_ = now;
  failures_ = 0;
}

void Lsm6ds::count_error() {
  if (errors_ != 0xFFFF) ++errors_;
}

StreamInfo Lsm6ds::stream() const {
  // No datasheet gives the delay of its filters; each sample stands for the period before it, and
  // half of that is taken.
  return {16, kChannels, IMU_BLOCK_SAMPLES, kRateMhz, (500000000UL + kRateMhz / 2) / kRateMhz};
}

ChannelInfo Lsm6ds::channel(uint8_t index) const {
  // 17.50 mdps = 3.0543e-4 rad/s and 0.122 mg = 1.1964e-3 m/s2, from the tables of sensitivity.
  if (index < 3) return {static_cast<uint8_t>(kGyroX + index), kRadianPerS, 30543, -8, 32767, 0};
  return {static_cast<uint8_t>(kAccelX + index - 3), kMetrePerS2, 11964, -7, 32767, 0};
}

}  // namespace gripforce

#if defined(__AVR__)
// A pulse has two edges; the rising one is the sample's.
ISR(PCINT1_vect) {
  const uint8_t mask = digitalPinToBitMask(PIN_IMU_INT1);
  if ((*portInputRegister(digitalPinToPort(PIN_IMU_INT1)) & mask) != 0) gripforce::on_ready();
}
#endif

#endif
