#include "machine.h"

namespace gripforce {

namespace {

// SysTick, from the Armv7-M manual; UART registers, from Arm's CMSDK manual.
constexpr uint32_t kSystickControl = 0xE000E010, kSystickReload = 0xE000E014,
                   kSystickValue = 0xE000E018;
constexpr uint32_t kCyclesPerUs = 25, kReload = 1000 * kCyclesPerUs;
constexpr uint32_t kData = 0, kState = 4, kControl = 8, kDivider = 16;
constexpr uint32_t kTransmitFull = 1, kReceiveFull = 2, kEnableBoth = 3;
constexpr uint32_t kWaveform = 0x21000000;  // PSRAM

__attribute__((section(".options"))) Options given;

volatile uint32_t& reg(uint32_t address) { return *reinterpret_cast<volatile uint32_t*>(address); }

volatile uint32_t milliseconds;  // of SysTick
volatile uint32_t due;           // conversions that were not fetched
volatile bool stopped;

void pass(uint32_t n) {
  milliseconds = milliseconds + n;
  due = due + n;
}

class WithoutInterrupts {
 public:
  WithoutInterrupts() { asm volatile("cpsid i" ::: "memory"); }
  ~WithoutInterrupts() { asm volatile("cpsie i" ::: "memory"); }
};

}  // namespace

const Options& options() { return given; }
const int32_t* waveform() { return reinterpret_cast<const int32_t*>(kWaveform); }

void Clock::begin() {
  reg(kSystickReload) = kReload - 1;
  reg(kSystickValue) = 0;
  reg(kSystickControl) = 7;  // processor clock, interrupt, on
}

uint32_t Clock::tick_us() const {
  uint32_t before = 0, left = 0;
  do {
    before = milliseconds;
    left = reg(kSystickValue);
  } while (before != milliseconds);
  const uint32_t since = stopped ? 0 : (kReload - 1 - left) / kCyclesPerUs;
  return given.first_tick + before * 1000 + since;
}

void Clock::stop(bool stop) { stopped = stop; }

void Clock::skip(uint32_t n) {
  const WithoutInterrupts off;
  pass(n);
}

bool Clock::conversion_is_due(uint32_t* tick) {
  const WithoutInterrupts off;
  if (due == 0) return false;
  due = due - 1;
  *tick = given.first_tick + (milliseconds - due) * 1000;
  return true;
}

void Clock::sleep() {
  const WithoutInterrupts off;  // wfi ends at an interrupt that is pending, too
  if (due == 0 && !stopped) asm volatile("wfi");
}

void Uart::begin() {
  at(kDivider) = 25;  // 1 Mbaud, of which the emulator knows nothing
  at(kControl) = kEnableBoth;
}

bool Uart::poll(uint32_t tick) {
  bool heard = false;
  while (inbox_.has_room() && (at(kState) & kReceiveFull) != 0) {
    inbox_.put(static_cast<uint8_t>(at(kData)), tick);
    heard = true;
  }
  while (bytes_left_ != 0 && (at(kState) & kTransmitFull) == 0) {
    at(kData) = *next_byte_++;
    --bytes_left_;
  }
  return heard;
}

void Uart::send(const Frame& frame) {
  next_byte_ = frame.bytes;
  bytes_left_ = frame.size;
}

}  // namespace gripforce

extern "C" void on_systick() {
  if (!gripforce::stopped) gripforce::pass(1);
}
